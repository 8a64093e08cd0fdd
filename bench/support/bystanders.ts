/** How long do ordinary clients of a server wait while others send it requests made to keep it busy? */
import { Agent, request as send } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WireRequest } from './traffic.ts';

export interface Waiting {
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly slowest: number;
  /** Hostile requests that the rules have looked at meanwhile: answered by the application, or refused by a rule. */
  readonly inspected: number;
  /** Hostile requests with any other end, such as one over a limit. They keep nobody busy and prove nothing. */
  readonly uninspected: number;
}

const INSPECTED: ReadonlySet<number | undefined> = new Set([200, 403]);

/** Milliseconds between two requests of the ordinary client. */
const PAUSE = 5;

/** One client asks for a page every few milliseconds, others send the hostile requests in turns, one at a time each. */
export async function bystanders(
  port: number,
  hostile: readonly WireRequest[],
  attackers: number,
  seconds: number,
): Promise<Waiting> {
  const until = performance.now() + seconds * 1000;
  let inspected = 0;
  let uninspected = 0;
  const attack = async (first: number): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let n = first; performance.now() < until; n++) {
      const status = await exchange(port, hostile[n % hostile.length] as WireRequest, agent);
      if (INSPECTED.has(status)) inspected++;
      else uninspected++;
    }
    agent.destroy();
  };
  const attacks = hostile.length === 0 ? [] : Array.from({ length: attackers }, (_, first) => attack(first));
  const times: number[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  while (performance.now() < until) {
    const start = performance.now();
    await exchange(port, ORDINARY, agent);
    times.push(performance.now() - start);
    await sleep(PAUSE);
  }
  await Promise.all(attacks);
  agent.destroy();
  times.sort((left, right) => left - right);
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), slowest: at(1), inspected, uninspected };
}

const ORDINARY: WireRequest = {
  head: {
    method: 'GET',
    uri: '/page?id=1',
    protocol: 'HTTP/1.1',
    headers: [
      ['Host', 'www.example.com'],
      ['User-Agent', 'Mozilla/5.0'],
      ['Accept', '*/*'],
    ],
  },
  body: undefined,
};

/** The status of the answer; undefined where the server closed the connection instead. */
function exchange(port: number, { head, body }: WireRequest, agent: Agent): Promise<number | undefined> {
  return new Promise((resolve) => {
    const headers = Object.fromEntries(head.headers);
    const outgoing = send({ port, host: '127.0.0.1', method: head.method, path: head.uri, headers, agent });
    outgoing.on('response', (response) =>
      response
        .resume()
        .on('end', () => resolve(response.statusCode))
        .on('error', () => resolve(undefined)),
    );
    outgoing.on('error', () => resolve(undefined));
    outgoing.end(body);
  });
}
