import type { Interruption, MaybePromise, Transaction } from '@sallyport/engine';
import type { Exchange } from './exchange.ts';
import { inspect } from './inspect.ts';

/** Bytes given to the parser of a body at once: a millisecond or two of XML, the slowest of them. */
const PIECE = 16 * 1024;
/** And where the piece before was quick, as those of files are: all that a socket is read for. */
const QUICK_PIECE = 64 * 1024;
/** Microseconds. */
const QUICK = 200;
/** Microseconds of work on a body after which others have their turn. */
const TURN = 2_000;

/** What of an exchange is needed. */
export type ShownExchange = Pick<Exchange, 'transaction' | 'firewall' | 'gate' | 'note' | 'dropTransaction'>;

/**
 * Shows a body to the rules as it comes in. Parsing it is work like any other: bodies of many clients are not parsed one behind
 * the other while everybody else waits. Gives the verdict, or a promise of it where the rest of the bytes has to wait for its turn.
 */
export class ShownBody {
  readonly #exchange: ShownExchange;
  /** Work of the transaction when it gave way last. */
  #worked: number;
  #pieceLength = PIECE;

  constructor(exchange: ShownExchange) {
    this.#exchange = exchange;
    this.#worked = exchange.transaction?.workMicroseconds ?? 0;
  }

  /** Takes the next bytes. Throws, or rejects, what `inspect` throws, and what the exchange says when it may not go on. */
  show(bytes: Uint8Array, from = 0): MaybePromise<Interruption | undefined> {
    const { transaction } = this.#exchange;
    for (let at = from; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + this.#pieceLength);
      at += piece.length;
      const before = transaction?.workMicroseconds ?? 0;
      const verdict = inspect(this.#exchange, (shown) => shown.writeRequestBody(piece)) as Interruption | undefined;
      if (verdict !== undefined) return verdict;
      if (this.#exchange.transaction === undefined || transaction === undefined) return undefined;
      this.#pieceLength = transaction.workMicroseconds - before < QUICK ? QUICK_PIECE : PIECE;
      if (this.#isTurnOver(transaction)) {
        const waiting = this.#exchange.firewall?.giveWay(transaction);
        if (waiting !== undefined) return waiting.then(() => this.show(bytes, at));
      }
    }
    return undefined;
  }

  #isTurnOver({ workMicroseconds }: Transaction): boolean {
    if (workMicroseconds - this.#worked < TURN) return false;
    this.#worked = workMicroseconds;
    return true;
  }
}
