/** Retries that may be had at once after a quiet time. */
const MOST = 100;
const AT_START = 20;

/** Keeps retries to a share of the requests: each request earns a part of one, each retry spends one. */
export class RetryBudget {
  readonly #share: number;
  #balance: number;

  /** `percent` of the requests. */
  constructor(percent: number) {
    this.#share = percent / 100;
    this.#balance = percent === 0 ? 0 : AT_START;
  }

  earn(): void {
    if (this.#balance < MOST) this.#balance += this.#share;
  }

  /** False when there is none left. */
  spend(): boolean {
    if (this.#balance < 1) return false;
    this.#balance--;
    return true;
  }
}
