/** Parts a window is divided into. */
const PARTS = 16;
/** One more: the part that has just begun and the whole parts before it make up at least one window. */
const RING = PARTS + 1;
const FIRST_CAPACITY = 256;
const NONE = -1;

/**
 * Counts of the last `window` milliseconds for many keys (sliding window counter). A window is divided into 16 parts, and the
 * count covers between one window and 1/16 more: nobody gets more than the limit through in any window, and a hit is forgotten
 * at most 1/16 of a window late. Counts lie in flat arrays, about 150 bytes for a key in all; the key that was hit the longest
 * time ago gives way when the table is full.
 */
export class WindowTable {
  readonly #capacity: number;
  readonly #partLength: number;
  readonly #places = new Map<string, number>();
  readonly #keys: string[] = [];
  #counts = new Uint32Array(FIRST_CAPACITY * RING);
  #sums = new Uint32Array(FIRST_CAPACITY);
  /** Part of the last hit, counted from the beginning of the clock. */
  #parts = new Float64Array(FIRST_CAPACITY);
  /** Places in the order of their last hit, as a doubly linked list. */
  #earlier = new Int32Array(FIRST_CAPACITY);
  #later = new Int32Array(FIRST_CAPACITY);
  #first = NONE;
  #last = NONE;

  constructor(window: number, capacity: number) {
    this.#partLength = window / PARTS;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#places.size;
  }

  /** Counts `weight` hits at `at` (milliseconds of a steady clock) and gives the count of the window, these included. */
  hit(key: string, at: number, weight = 1): number {
    const place = this.#placeOf(key, at);
    const part = this.#advance(place, at);
    const index = place * RING + (part % RING);
    this.#counts[index] = (this.#counts[index] as number) + weight;
    const sum = (this.#sums[place] as number) + weight;
    this.#sums[place] = sum;
    return sum;
  }

  /** Takes back a hit that was just counted. */
  takeBack(key: string): void {
    const place = this.#places.get(key);
    if (place === undefined) return;
    const index = place * RING + ((this.#parts[place] as number) % RING);
    if (this.#counts[index] === 0) return;
    this.#counts[index] = (this.#counts[index] as number) - 1;
    this.#sums[place] = (this.#sums[place] as number) - 1;
  }

  /** Begins at nothing for a key. */
  clear(key: string): void {
    const place = this.#places.get(key);
    if (place === undefined) return;
    this.#counts.fill(0, place * RING, (place + 1) * RING);
    this.#sums[place] = 0;
  }

  #advance(place: number, at: number): number {
    const before = this.#parts[place] as number;
    // Records of other processes may be some microseconds older than what came before them.
    const part = Math.max(before, Math.floor(at / this.#partLength));
    if (part === before) return part;
    if (part - before >= RING) {
      this.#counts.fill(0, place * RING, (place + 1) * RING);
      this.#sums[place] = 0;
    } else {
      for (let passed = before + 1; passed <= part; passed++) {
        const index = place * RING + (passed % RING);
        this.#sums[place] = (this.#sums[place] as number) - (this.#counts[index] as number);
        this.#counts[index] = 0;
      }
    }
    this.#parts[place] = part;
    return part;
  }

  #placeOf(key: string, at: number): number {
    const known = this.#places.get(key);
    if (known !== undefined) {
      this.#unlink(known);
      this.#append(known);
      return known;
    }
    let place = this.#places.size;
    if (place >= this.#capacity) {
      place = this.#first;
      this.#places.delete(this.#keys[place] as string);
      this.#unlink(place);
      this.#counts.fill(0, place * RING, (place + 1) * RING);
      this.#sums[place] = 0;
    } else if (place >= this.#sums.length) {
      this.#grow();
    }
    this.#places.set(key, place);
    this.#keys[place] = key;
    this.#parts[place] = Math.floor(at / this.#partLength);
    this.#append(place);
    return place;
  }

  #unlink(place: number): void {
    const earlier = this.#earlier[place] as number;
    const later = this.#later[place] as number;
    if (earlier === NONE) this.#first = later;
    else this.#later[earlier] = later;
    if (later === NONE) this.#last = earlier;
    else this.#earlier[later] = earlier;
  }

  #append(place: number): void {
    this.#earlier[place] = this.#last;
    this.#later[place] = NONE;
    if (this.#last === NONE) this.#first = place;
    else this.#later[this.#last] = place;
    this.#last = place;
  }

  #grow(): void {
    const length = Math.min(this.#capacity, this.#sums.length * 2);
    const counts = new Uint32Array(length * RING);
    counts.set(this.#counts);
    this.#counts = counts;
    const sums = new Uint32Array(length);
    sums.set(this.#sums);
    this.#sums = sums;
    const parts = new Float64Array(length);
    parts.set(this.#parts);
    this.#parts = parts;
    const earlier = new Int32Array(length);
    earlier.set(this.#earlier);
    this.#earlier = earlier;
    const later = new Int32Array(length);
    later.set(this.#later);
    this.#later = later;
  }
}
