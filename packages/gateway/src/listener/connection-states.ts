/** `SecConnReadStateLimit` and `SecConnWriteStateLimit`: how many connections of one address may be in the same state. */
import type { Socket } from 'node:net';
import type { ConnectionSettings } from '@sallyport/engine';
import { plainAddress } from './networks.ts';

/** `reading`: a request is awaited or on its way. `writing`: the answer is. `idle`: kept for another request. */
type State = 'reading' | 'writing' | 'idle';

interface Tracked {
  readonly address: string;
  state: State;
}

interface Counts {
  open: number;
  reading: number;
  writing: number;
}

/** The connections of one listener. As in ModSecurity the limits are looked at when a connection is opened. */
export class ConnectionStates {
  readonly #tracked = new Map<Socket, Tracked>();
  readonly #counts = new Map<string, Counts>();

  /** Begins to count a connection. Gives the complaint when there are too many of its address with it. */
  open(socket: Socket, settings: ConnectionSettings): string | undefined {
    const address = plainAddress(socket.remoteAddress);
    const counts = this.#counts.get(address) ?? { open: 0, reading: 0, writing: 0 };
    this.#counts.set(address, counts);
    this.#tracked.set(socket, { address, state: 'reading' });
    counts.open++;
    counts.reading++;
    socket.once('close', () => this.#close(socket));
    for (const state of ['reading', 'writing'] as const) {
      const { maximum, appliesTo } = settings[state];
      if (maximum > 0 && counts[state] > maximum && appliesTo(address)) {
        return `${counts[state]} connections of ${address} are ${state}, and ${maximum} may be`;
      }
    }
    return undefined;
  }

  /** Connections that were opened while nothing was limited are not counted. */
  enter(socket: Socket, state: State): void {
    const tracked = this.#tracked.get(socket);
    if (tracked === undefined) return;
    this.#add(tracked, -1);
    tracked.state = state;
    this.#add(tracked, 1);
  }

  #close(socket: Socket): void {
    const tracked = this.#tracked.get(socket);
    if (tracked === undefined) return;
    this.#tracked.delete(socket);
    this.#add(tracked, -1);
    // The last connection of an address takes its entry along, so that addresses do not pile up.
    const counts = this.#counts.get(tracked.address);
    if (counts !== undefined && --counts.open === 0) this.#counts.delete(tracked.address);
  }

  #add({ address, state }: Tracked, change: 1 | -1): void {
    const counts = this.#counts.get(address);
    if (counts !== undefined && state !== 'idle') counts[state] += change;
  }
}
