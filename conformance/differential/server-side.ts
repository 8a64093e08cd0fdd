import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { IDS } from './configuration.ts';
import { type LogLine, type Observation, ruleIdOf, withoutPaths } from './observations.ts';
import { type WireRequest, wireText } from './requests.ts';

/** Requests on the way at the same time. */
const CONCURRENCY = 8;
/** Milliseconds a server has to write the last lines of its log. */
const PATIENCE = 3000;

export interface Server {
  readonly host: string;
  readonly port: number;
  readonly logFile: string;
  /** Doubles every backslash of a line, as Apache does when it writes its log. */
  readonly escapesLines: boolean;
}

/** Sends requests to a server and reads from its error log what its rules found, by the label of the request. */
export async function askServer(
  server: Server,
  requests: readonly WireRequest[],
): Promise<ReadonlyMap<string, Observation>> {
  const already = readLog(server.logFile).length;
  const answers = new Map<string, Answered>();
  const queue = [...requests];
  const work = async (): Promise<void> => {
    for (let request = queue.pop(); request !== undefined; request = queue.pop()) {
      answers.set(request.label, await exchange(server, wireText(request)));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  const logged = await settled(server, already, requests.length);
  return new Map(
    requests.map(({ label }) => {
      const lines = logged.get(label);
      const { status, page } = answers.get(label) ?? { status: 0, page: '' };
      return [label, { status, page, lines: lines ?? [], isComplete: lines !== undefined }];
    }),
  );
}

/** Waits until every request has reached the end of its rules, or nothing more comes. */
async function settled(
  server: Server,
  already: number,
  expected: number,
): Promise<ReadonlyMap<string, readonly LogLine[]>> {
  let size = -1;
  for (let waited = 0; waited < PATIENCE; waited += 100) {
    const log = readLog(server.logFile).slice(already);
    const found = byLabel(log, server.escapesLines);
    if (found.size >= expected) return found;
    if (log.length !== size) waited = 0;
    size = log.length;
    await wait(100);
  }
  return byLabel(readLog(server.logFile).slice(already), server.escapesLines);
}

function byLabel(log: string, isEscaped: boolean): ReadonlyMap<string, readonly LogLine[]> {
  const byRequest = new Map<string, LogLine[]>();
  const labels = new Map<string, string>();
  for (const line of log.split('\n')) {
    const start = line.indexOf('ModSecurity: ');
    if (start === -1) continue;
    const raw = line.slice(start + 'ModSecurity: '.length);
    const text = isEscaped ? raw.replaceAll(/\\(["\\])/g, '$1') : raw;
    const tail = / ?\[unique_id "([^"]*)"\]$/.exec(text);
    const id = ruleIdOf(text);
    if (tail === null || id === undefined) continue;
    const unique = tail[1]!;
    const body = `${text.slice(0, tail.index)} [unique_id ""]`;
    const lines = byRequest.get(unique) ?? [];
    byRequest.set(unique, lines);
    if (id === IDS.end) labels.set(unique, /\[data "([^"]*)"\]/.exec(text)?.[1] ?? '');
    else lines.push({ id, text: withoutPaths(body) });
  }
  return new Map([...labels].map(([unique, label]) => [label, byRequest.get(unique) ?? []]));
}

function readLog(path: string): string {
  return existsSync(path) ? readFileSync(path, 'latin1') : '';
}

interface Answered {
  /** 0 when there is no answer. */
  readonly status: number;
  /** The body, without the framing of chunks. */
  readonly page: string;
}

/** The answer to these bytes. */
function exchange(server: Server, text: string): Promise<Answered> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(server.port, server.host, () => socket.write(Buffer.from(text, 'latin1')));
    socket.setTimeout(10_000, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(received)?.[1] ?? 0);
      resolve({ status, page: pageOf(received) });
    });
  });
}

function pageOf(received: string): string {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return '';
  const body = received.slice(end + 4);
  if (!/\r\ntransfer-encoding: chunked\r\n/i.test(received.slice(0, end + 2))) return body;
  let page = '';
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.slice(at, lineEnd), 16);
    if (lineEnd < 0 || !(size > 0)) return page;
    page += body.slice(lineEnd + 2, lineEnd + 2 + size);
    at = lineEnd + size + 4;
  }
}
