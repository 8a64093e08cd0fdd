/**
 * The sockets clients connect to. They are bound here and never listened on: a worker inherits the descriptor, listens and accepts.
 * So the ports stay ours while workers come and go, connections wait while there is none, and this process reads nothing a client
 * sends. Node's `net.BoundSocket` does the binding; see ADR 11.
 */
import { closeSync } from 'node:fs';
import { BoundSocket } from 'node:net';
import type { ListenerConfig } from '../config/config.ts';

export interface ListeningSocket {
  /** As configured; port 0 stays 0. */
  readonly wanted: string;
  readonly descriptor: number;
  readonly address: string;
  readonly port: number;
  close(): void;
}

/** A socket as it is handed to a supervisor that takes over. */
export type InheritedSocket = Omit<ListeningSocket, 'close'>;

export class ListeningSockets {
  #open: readonly ListeningSocket[];

  /** `inherited`: sockets of an earlier supervisor, by descriptors of this process. */
  constructor(inherited: readonly InheritedSocket[] = []) {
    this.#open = inherited.map((one) => ({ ...one, close: () => closeSync(one.descriptor) }));
  }

  /** Those in use. */
  get all(): readonly ListeningSocket[] {
    return this.#open;
  }

  /**
   * Sockets for these listeners, in their order: those that are open, and new ones. Throws when one cannot be bound; then nothing
   * has changed. `keep` makes them the ones in use and closes the others; `giveUp` closes the new ones again.
   */
  prepare(listeners: readonly ListenerConfig[]): {
    readonly sockets: readonly ListeningSocket[];
    keep(): void;
    giveUp(): void;
  } {
    const free = [...this.#open];
    const bound: ListeningSocket[] = [];
    const giveUp = (): void => {
      for (const socket of bound) socket.close();
    };
    const sockets = listeners.map((listener) => {
      const wanted = `${listener.address}|${listener.port}`;
      const at = free.findIndex((one) => one.wanted === wanted);
      if (at >= 0) return free.splice(at, 1)[0] as ListeningSocket;
      try {
        const socket = bind(wanted, listener);
        bound.push(socket);
        return socket;
      } catch (cause) {
        giveUp();
        throw cause;
      }
    });
    return {
      sockets,
      giveUp,
      keep: () => {
        for (const socket of free) socket.close();
        this.#open = sockets;
      },
    };
  }

  close(): void {
    for (const socket of this.#open) socket.close();
    this.#open = [];
  }
}

function bind(wanted: string, { address, port }: ListenerConfig): ListeningSocket {
  if (BoundSocket === undefined) {
    throw new Error(
      `workers need net.BoundSocket, which Node ${process.versions.node} lacks; take a newer 24 or workers.count: 0`,
    );
  }
  const socket = new BoundSocket({ host: address, port });
  const place = socket.address();
  if (typeof place === 'string') throw new Error(`${address} is a path`);
  return {
    wanted,
    descriptor: socket.fd(),
    address: place.address,
    port: place.port,
    close: () => socket.close(),
  };
}
