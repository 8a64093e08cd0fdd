import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** A connection whose incoming bytes somebody sees before the session does. Node's HTTP/2 would take them from the socket itself. */
export class WatchedSocket extends Duplex {
  readonly #socket: Socket;

  constructor(socket: Socket, onBytes: (chunk: Buffer) => void) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      onBytes(chunk);
      if (!this.push(chunk)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
    // The session learns of a broken connection by its own events; here it must not become an uncaught error.
    this.on('error', ignore);
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#socket.destroyed) done();
    else this.#socket.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}

function ignore(): void {}
