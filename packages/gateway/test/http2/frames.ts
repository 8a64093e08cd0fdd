/** A client of HTTP/2 that sends whatever frames it is told: its HPACK knows literals only, and checks nothing. */
import { connect, type TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import { awaitSilence } from '../support/silence.ts';

export const DATA = 0;
export const HEADERS = 1;
export const PRIORITY = 2;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;

export const END_STREAM = 1;
export const ACK = 1;
export const END_HEADERS = 4;

export const PREFACE: Buffer = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export type Field = readonly [name: string, value: string];

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Literal fields without indexing and without Huffman code (RFC 7541 §6.2.2). */
export function encode(fields: readonly Field[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const length = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128);
  length.push(rest);
  return Buffer.concat([Buffer.from(length), bytes]);
}

/** What came back on one stream. */
export interface StreamResult {
  /** Undefined when the stream was reset without an answer. */
  readonly status: number | undefined;
  /** Error code of RST_STREAM. */
  readonly reset: number | undefined;
  readonly body: string;
}

export class RawClient {
  readonly socket: TLSSocket;
  readonly frames: Frame[] = [];
  isClosed = false;
  #rest: Buffer = Buffer.alloc(0);

  constructor(socket: TLSSocket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
    });
  }

  send(...frames: readonly Buffer[]): void {
    if (!this.socket.destroyed) this.socket.write(Buffer.concat(frames));
  }

  /** Waits until a frame fits, the connection is closed, or `milliseconds` have passed, as `awaitSilence` counts them. */
  async until(fits: (one: Frame) => boolean, milliseconds = 20_000): Promise<Frame | undefined> {
    let isOver = false;
    const callOff = awaitSilence(milliseconds, () => {
      isOver = true;
    });
    for (;;) {
      const found = this.frames.find(fits);
      if (found !== undefined || this.isClosed || isOver) {
        callOff();
        return found;
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** What the stream ended with. */
  async result(stream: number): Promise<StreamResult> {
    const isLast = (one: Frame): boolean =>
      one.stream === stream && (one.type === RST_STREAM || (one.type <= HEADERS && (one.flags & END_STREAM) !== 0));
    await this.until((one) => isLast(one) || one.type === GOAWAY);
    const own = this.frames.filter((one) => one.stream === stream);
    const head = own.filter(({ type }) => type === HEADERS).at(-1);
    const reset = own.find(({ type }) => type === RST_STREAM);
    return {
      status: head === undefined ? undefined : statusOf(head.payload),
      reset: head === undefined ? reset?.payload.readUInt32BE(0) : undefined,
      body: Buffer.concat(own.filter(({ type }) => type === DATA).map(({ payload }) => payload)).toString('latin1'),
    };
  }

  #read(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= 9) {
      const length = 9 + this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < length) return;
      const [type, flags] = [this.#rest[3] as number, this.#rest[4] as number];
      this.frames.push({
        type,
        flags,
        stream: this.#rest.readUInt32BE(5),
        payload: Buffer.from(this.#rest.subarray(9, length)),
      });
      this.#rest = this.#rest.subarray(length);
      if (type === SETTINGS && (flags & ACK) === 0) this.send(frame(SETTINGS, ACK, 0));
    }
  }
}

/** nghttp2 sends the status first: as an index of the static table (RFC 7541 Appendix A), or with its text. */
function statusOf(block: Buffer): number {
  let at = 0;
  while (((block[at] ?? 0) & 0xe0) === 0x20) at++;
  const indexed = [200, 204, 206, 304, 400, 404, 500][(block[at] ?? 0) - 0x88];
  if (indexed !== undefined) return indexed;
  const length = (block[at + 1] ?? 0) & 0x7f;
  const value = block.subarray(at + 2, at + 2 + length);
  return Number((block[at + 1] ?? 0) & 0x80 ? fromHuffman(value) : value.toString('latin1'));
}

/** Digits of the Huffman code of HPACK: 0-2 in five bits, 3-9 in six. */
function fromHuffman(bytes: Buffer): string {
  let bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  let digits = '';
  while (digits.length < 3) {
    const short = Number.parseInt(bits.slice(0, 5), 2);
    const isShort = short < 3;
    digits += isShort ? short : Number.parseInt(bits.slice(0, 6), 2) - 0x19 + 3;
    bits = bits.slice(isShort ? 5 : 6);
  }
  return digits;
}

/** Connects and says what a client says first. */
export async function openRaw(port: number): Promise<RawClient> {
  const socket = await new Promise<TLSSocket>((resolve, reject) => {
    const one = connect({ port, host: '127.0.0.1', ALPNProtocols: ['h2'], rejectUnauthorized: false }, () =>
      resolve(one),
    );
    one.once('error', reject);
  });
  onTestFinished(() => void socket.destroy());
  const client = new RawClient(socket);
  client.send(PREFACE, frame(SETTINGS, 0, 0));
  await client.until(({ type }) => type === SETTINGS);
  return client;
}

export const GET: readonly Field[] = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':authority', 'gate.test'],
  [':path', '/'],
];

/** The usual fields with others in their place, in the order of the usual ones; `undefined` leaves one out. */
export function get(changes: Readonly<Record<string, string | undefined>>, ...more: readonly Field[]): Field[] {
  const fields = GET.flatMap(([name, value]): Field[] => {
    const changed = name in changes ? changes[name] : value;
    return changed === undefined ? [] : [[name, changed]];
  });
  return [...fields, ...more];
}

export function request(stream: number, fields: readonly Field[], flags: number = END_STREAM): Buffer {
  return frame(HEADERS, flags | END_HEADERS, stream, encode(fields));
}
