/**
 * A result that takes long to make: step by step in pauses between other work, or the rest of it at once by whoever needs it first.
 * A step that throws does so for everybody who asks.
 */
export class Stepwise<Result> {
  readonly #begin: () => Generator<void, Result>;
  #steps: Generator<void, Result> | undefined;
  #made: { readonly result: Result } | undefined;

  constructor(begin: () => Generator<void, Result>) {
    this.#begin = begin;
  }

  /** The result, made as far as it is not. */
  get(): Result {
    while (this.#made === undefined) this.#step();
    return this.#made.result;
  }

  /** Makes it with a pause behind each step; who needs it meanwhile does not wait for these. */
  *prepare(): Generator<void> {
    while (this.#made === undefined) {
      this.#step();
      yield;
    }
  }

  #step(): void {
    this.#steps ??= this.#begin();
    try {
      const step = this.#steps.next();
      if (step.done !== true) return;
      this.#made = { result: step.value };
      this.#steps = undefined;
    } catch (cause) {
      // A generator that has thrown is over; the next one who asks is to hear of it as well.
      this.#steps = undefined;
      throw cause;
    }
  }
}

/** Takes all steps at once. */
export function atOnce<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
