/**
 * What a connection costs before there is a request. One that is not let in is to cost as little as possible, and so is one that says
 * nothing, or only half a head: ten thousand of these are the cheapest attack there is, and a parser takes four times what a socket does.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { isUnfinishedHead } from './unfinished-head.ts';

const HEAD_END = Buffer.from('\r\n\r\n');

/** What has come of the first head of a connection, as a byte string: that takes less than the chunks. */
const begun = Symbol('begun head');

type EnteringSocket = Socket & { [begun]?: string | undefined };

export interface Entrance {
  /** HTTP without TLS: what comes first is a head. */
  readonly isPlain: boolean;
  /** Where sockets are until a parser, or TLS, has been made for them. */
  readonly silent: Set<Socket>;
}

/**
 * Asks `mayEnter` before anything is set up for a connection of `door`, and hands it to the listeners `door` has now when its first head
 * is there, or something that is not the beginning of one; under TLS with the first byte.
 */
export function letIn(door: Server, { isPlain, silent }: Entrance, mayEnter: (socket: Socket) => boolean): void {
  const listeners = door.listeners('connection') as ((this: Server, socket: Socket) => void)[];
  door.removeAllListeners('connection');
  function forget(this: Socket): void {
    silent.delete(this);
  }
  function read(this: EnteringSocket): void {
    if (isPlain && waitsForMore(this)) return;
    silent.delete(this);
    this.off('readable', read).off('close', forget);
    if (!this.destroyed) for (const listener of listeners) listener.call(door, this);
  }
  door.on('connection', (socket: Socket) => {
    if (!mayEnter(socket)) return;
    silent.add(socket);
    socket.on('error', ignore).on('close', forget).on('readable', read);
  });
}

/** Takes what has come and keeps it, or gives all of it back for a parser to read. */
function waitsForMore(socket: EnteringSocket): boolean {
  const chunk: Buffer | null = socket.read();
  const before = socket[begun];
  if (chunk !== null && before === undefined && chunk.includes(HEAD_END)) {
    socket.unshift(chunk);
    return false;
  }
  const bytes = (before ?? '') + (chunk?.toString('latin1') ?? '');
  // An end, too, is the parser's to answer.
  const isMoreNeeded = chunk !== null && isUnfinishedHead(bytes);
  socket[begun] = isMoreNeeded ? bytes : undefined;
  if (!isMoreNeeded && bytes !== '') socket.unshift(Buffer.from(bytes, 'latin1'));
  return isMoreNeeded;
}

function ignore(): void {}
