import { AfterReading } from '../../after-reading.ts';

/** Something that has to be looked at again at some time. */
export interface Watched {
  /** Gives when to look again, on the clock of the wheel; undefined when there is nothing more to look for. */
  check(now: number): number | undefined;
}

/** Milliseconds between two turns; nothing is noticed earlier, or later than this and the time of one turn. */
const TICK = 100;
/** A turn of all slots takes 25.6 s; what is due later stays in its slot for another round. */
const SLOTS = 256;

interface Entry {
  /** Undefined once it is off the wheel: outgrown tables of a slot may hold the entry for long, and are not to hold more. */
  watched: Watched | undefined;
  due: number;
  slot: Set<Entry>;
}

/** Takes something off the wheel. */
export type StopWatching = () => void;

/**
 * One timer for everything with a deadline (hashed timing wheel, Varghese and Lauck 1987). Deadlines that move are not
 * moved here: the entry is looked at when the old one has come, and says when to look again. So a byte that arrives costs
 * no timer at all. It turns when what had come by then has been read: the event loop has timers first, and after a standstill of this
 * process whoever was in time would be found late.
 */
export class TimerWheel {
  readonly #slots: Set<Entry>[] = Array.from({ length: SLOTS }, () => new Set());
  readonly #now: () => number;
  #turned: number;
  #count = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #afterReading = new AfterReading<undefined>(() => this.turn());

  /** `now`: milliseconds of a steady clock. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#turned = Math.floor(now() / TICK);
  }

  get now(): number {
    return this.#now();
  }

  /** Things on the wheel. */
  get size(): number {
    return this.#count;
  }

  watch(watched: Watched, at: number): StopWatching {
    if (this.#count === 0) this.#turned = Math.floor(this.#now() / TICK);
    const entry: Entry = { watched, due: 0, slot: this.#slots[0] as Set<Entry> };
    this.#count++;
    this.#put(entry, at);
    // It keeps no process alive: what is watched does that itself.
    this.#timer ??= setInterval(() => this.#afterReading.add(undefined), TICK).unref();
    return () => {
      if (entry.slot.delete(entry)) this.#removed();
      entry.watched = undefined;
    };
  }

  /** Looks at everything that is due by now. */
  turn(): void {
    const now = this.#now();
    const current = Math.floor(now / TICK);
    // After a long standstill each slot is looked at once.
    const first = Math.max(this.#turned + 1, current - SLOTS + 1);
    this.#turned = current;
    for (let tick = first; tick <= current; tick++) {
      const slot = this.#slots[tick % SLOTS] as Set<Entry>;
      for (const entry of slot) {
        if (entry.due > current) continue;
        const next = entry.watched?.check(now);
        // It may have taken itself off the wheel.
        if (!slot.delete(entry)) continue;
        if (next === undefined) this.#removed();
        else this.#put(entry, next);
      }
    }
  }

  #put(entry: Entry, at: number): void {
    entry.due = Math.max(this.#turned + 1, Math.min(Math.ceil(at / TICK), this.#turned + SLOTS * SLOTS));
    entry.slot = this.#slots[entry.due % SLOTS] as Set<Entry>;
    entry.slot.add(entry);
  }

  #removed(): void {
    this.#count--;
    if (this.#count > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
