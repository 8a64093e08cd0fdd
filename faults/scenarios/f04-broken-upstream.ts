import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { startApplication } from '../support/application.ts';
import { type FaultGate, startGate } from '../support/gate.ts';
import { startRawApplication } from '../support/raw-application.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { startTraffic, summarize } from '../support/traffic.ts';

/** Milliseconds that are configured for an answer, for silence within one, and for a whole exchange. */
const RESPONSE = 800;
const IDLE = 800;
const TOTAL = 2000;
/** A busy machine is late. */
const GRACE = 2000;

interface Fault {
  readonly name: string;
  readonly answer: (socket: Socket) => void;
  /** Statuses that may be given; `cut`: a head came, and the body ended early and visibly. */
  readonly expected: readonly (number | 'cut')[];
  readonly within: number;
}

const head = (length: number): string => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`;

const FAULTS: readonly Fault[] = [
  { name: 'closes without a word', answer: (socket) => socket.end(), expected: [502], within: RESPONSE },
  { name: 'resets', answer: (socket) => socket.resetAndDestroy(), expected: [502], within: RESPONSE },
  {
    name: 'resets in the middle of the head',
    answer: (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-', () => socket.resetAndDestroy()),
    expected: [502],
    within: RESPONSE,
  },
  {
    name: 'resets in the middle of the body',
    answer: (socket) => socket.write(`${head(100)}half`, () => setTimeout(() => socket.resetAndDestroy(), 20)),
    expected: ['cut'],
    within: RESPONSE,
  },
  { name: 'hangs', answer: () => {}, expected: [504], within: RESPONSE },
  { name: 'hangs in the body', answer: (socket) => socket.write(`${head(100)}half`), expected: ['cut'], within: IDLE },
  {
    name: 'drips the head',
    answer: (socket) => drip(socket, `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(500)}`),
    expected: [504],
    within: TOTAL,
  },
  {
    name: 'drips the body',
    answer: (socket) => drip(socket, 'x'.repeat(500), head(500)),
    expected: ['cut'],
    within: TOTAL,
  },
  {
    name: 'talks garbage',
    answer: (socket) => socket.end('\x00\x01SSH-2.0\r\n\r\n'),
    expected: [502],
    within: RESPONSE,
  },
  {
    name: 'announces more than it sends',
    answer: (socket) => socket.end(`${head(100)}short`),
    expected: ['cut'],
    within: RESPONSE,
  },
  {
    name: 'breaks off between chunks',
    answer: (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n'),
    expected: ['cut'],
    within: RESPONSE,
  },
  {
    // What is too much belongs to no answer, and the connection is not used again.
    name: 'sends more than it announces',
    answer: (socket) => socket.write(`${head(5)}exact and more`),
    expected: [200, 502, 'cut'],
    within: RESPONSE,
  },
];

export const brokenUpstream: Scenario = {
  id: 'F04',
  title: 'upstreams refuse, reset, hang, drip, lie about lengths: 502 or 504 in time, no half answer looks whole',

  async run(): Promise<Outcome> {
    const promises = new Promises();
    const good = await startApplication();
    const faults = await Promise.all(FAULTS.map(async ({ answer }) => await startRawApplication(answer)));
    const refusing = await closedPort();
    const ports = [...faults.map(({ port }) => port), refusing];
    const gate = await startGate({ upstreamPort: good.port, workers: 0, yaml: configured(good.port, ports) });
    const traffic = startTraffic({ port: gate.port, rate: 100 });
    let slowest = 0;
    try {
      for (const [at, { name, expected, within }] of [...FAULTS, REFUSAL].entries()) {
        for (const method of ['GET', 'POST']) {
          const { status, body, took } = await ask(gate, method, `/fault${at}`);
          slowest = Math.max(slowest, took);
          promises.expect(expected.includes(status), `${method} where it ${name}: ${expected.join(' or ')}`, status);
          promises.expect(
            took < within + GRACE,
            `${method} where it ${name}: within ${within} ms`,
            `${Math.round(took)} ms`,
          );
          promises.expect(!body.includes('and more'), `${name}: what is too much is not passed on`, body);
        }
        // Once with a method that may be repeated, and nothing else is.
        const sent = faults[at]?.requests ?? 0;
        promises.expect(sent <= 3, `where it ${name}: at most one retry`, `${sent} requests for 2`);
      }
      const { sent, failures } = await traffic.stop();
      promises.expect(failures.length === 0, 'other routes lose nothing', summarize(failures));
      return {
        requests: sent,
        lost: failures.length,
        seen: `${FAULTS.length + 1} faults, the slowest answered in ${Math.round(slowest)} ms`,
        misses: promises.misses,
      };
    } finally {
      await traffic.stop();
      await gate.remove();
      await Promise.all([good.close(), ...faults.map((one) => one.close())]);
    }
  },
};

const REFUSAL: Omit<Fault, 'answer'> = { name: 'refuses connections', expected: [502], within: RESPONSE };

function configured(good: number, ports: readonly number[]): string {
  const times = `response_timeout: ${RESPONSE} ms, idle_timeout: ${IDLE} ms, total_timeout: ${TOTAL} ms`;
  return [
    'upstreams:',
    `  good: "http://127.0.0.1:${good}"`,
    ...ports.map((port, at) => `  fault${at}: { urls: "http://127.0.0.1:${port}", ${times} }`),
    'routes:',
    '  - { upstream: good, waf: off }',
    ...ports.map((_, at) => `  - { path: /fault${at}, upstream: fault${at}, waf: off }`),
  ].join('\n');
}

interface Answer {
  readonly status: number | 'cut';
  readonly body: string;
  /** Milliseconds. */
  readonly took: number;
}

function ask({ port }: FaultGate, method: string, path: string): Promise<Answer> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let body = '';
    const done = (status: number | 'cut'): void => resolve({ status, body, took: performance.now() - startedAt });
    const sent = request({ host: '127.0.0.1', port, path, method, agent: false }, (response) => {
      response.setEncoding('latin1').on('data', (text: string) => {
        body += text;
      });
      response.on('error', () => done('cut'));
      response.on('end', () => done(response.complete ? (response.statusCode ?? 0) : 'cut'));
    });
    sent.on('error', () => done('cut'));
    sent.end();
  });
}

function drip(socket: Socket, text: string, before = ''): void {
  socket.write(before);
  let at = 0;
  const timer = setInterval(() => {
    if (at < text.length) socket.write(text[at++] ?? '');
  }, 100);
  socket.on('close', () => clearInterval(timer));
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
