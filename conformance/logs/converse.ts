import { connect } from 'node:net';
import type { LoggedRequest } from './requests.ts';

/** Resolves when the server is through with so many requests. */
export type Settled = (count: number) => Promise<void>;

/**
 * Sends the requests in order, each after the answer to the one before and when the server is through with that; gives the bytes
 * each answer had on the wire.
 */
export async function converse(
  port: number,
  requests: readonly LoggedRequest[],
  settled: Settled = async () => {},
): Promise<readonly number[]> {
  const sizes: number[] = [];
  for (let at = 0; at < requests.length; ) {
    const end = requests.findIndex((one, index) => index >= at && one.isLast) + 1;
    const before = at;
    sizes.push(...(await onOneConnection(port, requests.slice(at, end), (count) => settled(before + count))));
    at = end;
  }
  return sizes;
}

function onOneConnection(
  port: number,
  requests: readonly LoggedRequest[],
  settled: Settled,
): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const sizes: number[] = [];
    let lastHead = '';
    let received = Buffer.alloc(0);
    const socket = connect(port, '127.0.0.1', () => socket.write(requests[0]?.bytes ?? '', 'latin1'));
    socket.setTimeout(20_000, () => socket.destroy(new Error(`no answer to ${requests[sizes.length]?.bytes}`)));
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const size = answerSize(received.toString('latin1'), requests[sizes.length]?.method ?? '');
      if (size === undefined) return;
      sizes.push(size);
      lastHead = received.toString('latin1', 0, received.indexOf('\r\n\r\n'));
      received = received.subarray(size);
      const next = requests[sizes.length];
      if (next !== undefined) settled(sizes.length).then(() => socket.write(next.bytes, 'latin1'), reject);
    });
    socket.on('close', () => {
      if (sizes.length === requests.length) resolve(sizes);
      else reject(new Error(`closed before the answer to ${requests[sizes.length]?.bytes}; the last was ${lastHead}`));
    });
  });
}

/** Bytes of the answer that `text` begins with; undefined while it is not complete. */
function answerSize(text: string, method: string): number | undefined {
  const end = text.indexOf('\r\n\r\n') + 4;
  if (end < 4) return undefined;
  const head = text.slice(0, end);
  const status = Number(head.slice(9, 12));
  if (method === 'HEAD' || status === 204 || status === 304) return end;
  if (/^transfer-encoding: *chunked/im.test(head)) {
    const last = text.indexOf('\r\n0\r\n\r\n', end - 2);
    return last < 0 ? undefined : last + 7;
  }
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  return text.length >= end + length ? end + length : undefined;
}
