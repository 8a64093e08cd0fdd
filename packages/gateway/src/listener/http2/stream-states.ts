import type { Socket } from 'node:net';
import type { Exchange } from '../../proxy/exchange.ts';
import type { ConnectionStates } from '../connection-states.ts';

/**
 * The state of a connection with many requests at a time: it reads while a request is on its way, writes while no more than answers
 * are, and is idle otherwise.
 */
export class StreamStates {
  readonly #connections: ConnectionStates;
  readonly #socket: Socket;
  #reading = 0;
  #writing = 0;

  constructor(connections: ConnectionStates, socket: Socket) {
    this.#connections = connections;
    this.#socket = socket;
  }

  follow({ request, response, isRequestPending }: Exchange): void {
    let isReading = isRequestPending;
    const stopReading = (): void => {
      if (!isReading) return;
      isReading = false;
      this.#reading--;
      this.#writing++;
      this.#enter();
    };
    if (isReading) this.#reading++;
    else this.#writing++;
    this.#enter();
    if (isReading) request.once('end', stopReading);
    response.once('close', () => {
      if (isReading) this.#reading--;
      else this.#writing--;
      isReading = false;
      this.#enter();
    });
  }

  #enter(): void {
    const state = this.#reading > 0 ? 'reading' : this.#writing > 0 ? 'writing' : 'idle';
    this.#connections.enter(this.#socket, state);
  }
}
