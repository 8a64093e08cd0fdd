/** Clients of a gate on this machine that are not on the list of those that are never counted. */
import { connect } from 'node:net';
import { type Answer, ask } from '../support/client.ts';
import type { RunningGate } from '../support/gate.ts';

export const FLOODER = '127.0.0.2';

/** A request from an address of choice. */
export function askAs(
  gate: RunningGate,
  localAddress: string,
  path = '/',
  headers: Record<string, string> = {},
): Promise<Answer> {
  return ask(gate.port, path, { localAddress, headers });
}

/** So many requests, one after the other; the statuses of their answers. */
export async function statusesOf(
  gate: RunningGate,
  count: number,
  localAddress = FLOODER,
  path = '/',
): Promise<readonly number[]> {
  const all: number[] = [];
  for (let at = 0; at < count; at++) all.push((await askAs(gate, localAddress, path)).status);
  return all;
}

/** Sends bytes from an address of choice; gives what comes back until the gate closes. */
export function talkAs({ port }: RunningGate, localAddress: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress }, () => socket.write(bytes, 'latin1'));
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket
      .on('close', () => resolve(received))
      .on('error', (cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'ECONNRESET') reject(cause);
      });
  });
}

/** The same status so many times. */
export const times = (count: number, status: number): number[] => Array.from({ length: count }, () => status);
