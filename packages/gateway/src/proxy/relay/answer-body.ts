import type { Interruption, MaybePromise } from '@sallyport/engine';
import type { Dispatcher } from 'undici';
import { endResponse } from '../answer.ts';
import type { Exchange } from '../exchange.ts';
import { finish } from '../finish.ts';

/** What an answer needs of whoever fetches it. */
export interface AnswerOwner {
  /** Hands on to a stage that may wait; what it throws ends the exchange. */
  run(work: () => MaybePromise<void>): void;
  /** From now on nothing counts that still comes from the upstream. */
  leave(): void;
  /** Does what a rule decided in place of the answer. */
  carryOut(verdict: Interruption): Promise<void>;
}

/** The body of an answer whose head is sent: it goes to the client as it comes, with back-pressure, without copies. */
export class AnswerBody {
  readonly #exchange: Exchange;
  readonly #owner: AnswerOwner;
  readonly #controller: Dispatcher.DispatchController;
  /** Bytes the upstream announced. */
  readonly #length: number | undefined;
  #received = 0;
  #last: Buffer | undefined;
  /** What rules put behind the body. */
  #appended: Buffer | undefined;

  constructor(
    exchange: Exchange,
    owner: AnswerOwner,
    controller: Dispatcher.DispatchController,
    length: number | undefined,
  ) {
    this.#exchange = exchange;
    this.#owner = owner;
    this.#controller = controller;
    this.#length = length;
  }

  /**
   * Begins with what was held back until rules had decided. `received`: bytes of the upstream that it stands for; `appended`: what
   * comes behind all of it. When the upstream has ended, this is the whole of it.
   */
  begin(held: Buffer[], received: number, appended: Buffer | undefined, hasEnded: boolean): void {
    this.#received = received;
    this.#appended = appended;
    if (hasEnded) {
      this.#last = held.pop();
      for (const chunk of held) this.#write(chunk);
      this.end();
      return;
    }
    let isFlowing = true;
    for (const chunk of held) isFlowing = this.#write(chunk);
    if (isFlowing) this.#controller.resume();
    else this.#resumeOnDrain();
  }

  /** The next bytes. */
  take(chunk: Buffer): void {
    this.#received += chunk.length;
    // The last chunk goes out with the end of the answer, in one write where it is small. With rules on, phase 5 has run by
    // then: whoever has seen the whole answer finds it in the logs.
    if (this.#received === this.#length) {
      this.#last = chunk;
      return;
    }
    const isFlowing = this.#write(chunk);
    const delay = this.#exchange.passage?.delayAfter(chunk.length) ?? 0;
    if (isFlowing && delay === 0) return;
    this.#controller.pause();
    if (isFlowing) setTimeout(() => this.#controller.resume(), delay);
    else this.#resumeOnDrain(delay);
  }

  /** No more comes. */
  end(): void {
    const exchange = this.#exchange;
    this.#owner.leave();
    if (this.#appended !== undefined) this.#last = Buffer.concat([this.#last ?? Buffer.alloc(0), this.#appended]);
    if (this.#last !== undefined) exchange.responseBytes += this.#last.length;
    const finishing = finish(exchange);
    if (finishing === undefined) endResponse(exchange, this.#last);
    else this.#owner.run(() => finishing.then(() => endResponse(exchange, this.#last)));
  }

  #write(chunk: Buffer): boolean {
    this.#exchange.responseBytes += chunk.length;
    return this.#exchange.response.write(chunk);
  }

  /** `delay`: milliseconds the bandwidth of the route wants besides. */
  #resumeOnDrain(delay = 0): void {
    const resume = (): void => this.#controller.resume();
    this.#exchange.response.once('drain', () => (delay > 0 ? setTimeout(resume, delay) : resume()));
  }
}
