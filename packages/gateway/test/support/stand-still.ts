/**
 * Writes to a socket, at once, and then holds this process up, with all its timers and sockets: the bytes are with the system, and the gate, which
 * is of this process, cannot read them in time. When it goes on, timers are first. Gives what `write` gives.
 */
export async function writeAndStandStill<Result>(write: () => Result, milliseconds: number): Promise<Awaited<Result>> {
  await new Promise((resolve) => setImmediate(resolve));
  const result = write();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  return await result;
}
