/** Receives a body that rules are to see before the application does. */
import type { Interruption } from '@sallyport/engine';
import { ERRORS, GateError } from '../errors.ts';
import type { BodyIntake } from './body-intake.ts';
import { ShownBody, type ShownExchange } from './shown-body.ts';
import type { Spool } from './spool.ts';

export interface Collected {
  readonly verdict: Interruption | undefined;
  /** False when the limit was reached first and the client may send more. */
  readonly isComplete: boolean;
  /** Bytes given to the rules. */
  readonly shown: number;
}

/** What of the reader of a body is needed. */
export type Intake = Pick<BodyIntake, 'start' | 'pause' | 'resume' | 'detach'>;

/**
 * Shows a body to the rules and keeps it, until it is over, a rule has refused it, or `limit` bytes have been shown. The client waits while rules
 * or the disk are busy. Rejects with the `GateError` of a body that cannot be had or kept.
 */
export function collectBody(exchange: ShownExchange, intake: Intake, spool: Spool, limit: number): Promise<Collected> {
  return new Promise((resolve, reject) => {
    const body = new ShownBody(exchange);
    let given = 0;
    let isOver = false;
    /** Rules or the disk still have a chunk. A stream that knows its end tells of it even while it is paused. */
    let isBusy = false;
    let hasEnded = false;
    const goOn = (): void => {
      isBusy = false;
      if (hasEnded) resolve({ verdict: undefined, isComplete: true, shown: given });
      else intake.resume();
    };
    const stop = (verdict?: Interruption): void => {
      isOver = true;
      intake.detach();
      resolve({ verdict, isComplete: false, shown: given });
    };
    const giveUp = (cause: unknown): void => {
      isOver = true;
      intake.detach();
      reject(cause instanceof GateError ? cause : new GateError(ERRORS.spoolFailed, (cause as Error).message, cause));
    };
    /** Behind what the rules say to a chunk, for which the client may have been told to wait. */
    const keep = (chunk: Buffer, verdict: Interruption | undefined, isPaused: boolean): void => {
      // The client may have gone meanwhile.
      if (isOver) return;
      if (verdict !== undefined) {
        stop(verdict);
        return;
      }
      const written = spool.append(chunk);
      const isFull = given >= limit;
      if (written === undefined) {
        if (isFull) stop();
        else if (isPaused) goOn();
        return;
      }
      isBusy = true;
      if (!isPaused) intake.pause();
      written.then(() => (isFull ? stop() : goOn()), giveUp);
    };
    intake.start({
      onChunk(chunk) {
        try {
          const shown = chunk.length > limit - given ? chunk.subarray(0, limit - given) : chunk;
          given += shown.length;
          const verdict = body.show(shown);
          if (verdict instanceof Promise) {
            isBusy = true;
            intake.pause();
            verdict.then((late) => keep(chunk, late, true)).catch(giveUp);
          } else keep(chunk, verdict, false);
        } catch (cause) {
          giveUp(cause);
        }
      },
      onEnd() {
        hasEnded = true;
        if (!isBusy) goOn();
      },
      onError(error) {
        isOver = true;
        reject(error);
      },
    });
  });
}
