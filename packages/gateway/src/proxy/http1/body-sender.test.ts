import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { BodyMemory } from '../body-memory.ts';
import { BodyStream } from '../body-stream.ts';
import { Spool } from '../spool.ts';
import { BodySender } from './body-sender.ts';

const KiB = 1024;

/** Both ends of a connection; the application's does not read yet. */
async function connection(): Promise<{ readonly near: Socket; readonly far: Socket }> {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const near = connect((server.address() as { port: number }).port, '127.0.0.1');
  const [far] = (await once(server, 'connection')) as [Socket];
  onTestFinished(() => {
    near.destroy();
    far.destroy();
    server.close();
  });
  return { near, far };
}

/** A body held in memory as it came: chunk by chunk, each with memory of its own. */
function heldBody(memory: BodyMemory, count: number): { readonly stream: BodyStream; readonly chunks: Buffer[] } {
  const spool = new Spool('/nowhere', Number.POSITIVE_INFINITY, memory);
  const chunks = Array.from({ length: count }, (_, at) => Buffer.from(new ArrayBuffer(64 * KiB)).fill(at));
  for (const chunk of chunks) spool.append(chunk);
  return { stream: new BodyStream(spool, undefined), chunks };
}

/** Resolves with what the sender told at the end; `progress` counts what it told before. */
function send(
  stream: BodyStream,
  near: Socket,
  length: number | undefined,
): { readonly sender: BodySender; readonly over: Promise<string>; readonly progress: () => number } {
  let progress = 0;
  let resolve: (outcome: string) => void = () => {};
  const over = new Promise<string>((done) => {
    resolve = done;
  });
  const sender = new BodySender({ stream, length, trailers: () => '' }, near, {
    onProgress: () => progress++,
    onSent: () => resolve('sent'),
    onFailed: (cause) => resolve(cause.message),
  });
  return { sender, over, progress: () => progress };
}

it('a body in memory goes out byte for byte, in groups, and what is sent takes no memory any more', async () => {
  const { near, far } = await connection();
  const memory = new BodyMemory(64 * 1024 * KiB);
  const { stream, chunks } = heldBody(memory, 20);
  const expected = Buffer.concat(chunks);
  const received: Buffer[] = [];
  far.on('data', (chunk) => received.push(chunk)).resume();
  const { sender, over, progress } = send(stream, near, expected.length);
  expect([sender.isBlocked, memory.used > 0]).toEqual([true, true]);
  expect(await over).toBe('sent');
  expect([progress(), sender.isBlocked, memory.used]).toEqual([5, false, 0]);
  near.end();
  await once(far, 'end');
  expect(Buffer.concat(received).equals(expected)).toBe(true);
  // Node 20 cannot give it back.
  if ('transfer' in ArrayBuffer.prototype) expect(chunks.map(({ length }) => length)).toEqual(chunks.map(() => 0));
});

it('an application that does not read is waited for, and gets no more than the system holds', async () => {
  const { near } = await connection();
  const memory = new BodyMemory(256 * 1024 * KiB);
  const { stream, chunks } = heldBody(memory, 1000);
  const { sender, over } = send(stream, near, 1000 * 64 * KiB);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(sender.isBlocked).toBe(true);
  expect(near.writableLength).toBeLessThanOrEqual(256 * KiB);
  expect(chunks.at(-1)?.length).toBe(64 * KiB);
  sender.stop();
  await expect.poll(() => memory.used).toBe(0);
  near.destroy();
  expect(await Promise.race([over, 'nothing'])).toBe('nothing');
});

it.each([
  ['shorter', 3 * 64 * KiB + 1],
  ['longer', 3 * 64 * KiB - 1],
])('a body that is %s than announced fails', async (_name, length) => {
  const { near, far } = await connection();
  far.resume();
  const { stream } = heldBody(new BodyMemory(64 * 1024 * KiB), 3);
  expect(await send(stream, near, length).over).toContain('length');
});

it('in chunks it is read as any stream', async () => {
  const { near, far } = await connection();
  const received: Buffer[] = [];
  far.on('data', (chunk) => received.push(chunk)).resume();
  const { stream } = heldBody(new BodyMemory(64 * 1024 * KiB), 2);
  expect(await send(stream, near, undefined).over).toBe('sent');
  near.end();
  await once(far, 'end');
  const piece = (at: number): Buffer =>
    Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(64 * KiB, at), Buffer.from('\r\n')]);
  expect(Buffer.concat(received).equals(Buffer.concat([piece(0), piece(1), Buffer.from('0\r\n\r\n')]))).toBe(true);
});
