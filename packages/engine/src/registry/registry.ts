/** Anything with a name in the language. */
export interface Named {
  readonly name: string;
  readonly aliases: readonly string[];
}

/** Finds definitions by name or alias, caseless as SecLang is, and knows what a misspelt name may have meant. */
export class Registry<T extends Named> {
  /** What is registered, for messages: `operator`, `variable` … */
  readonly kind: string;
  readonly all: readonly T[];
  readonly #byName: ReadonlyMap<string, T>;

  /** Throws when two definitions share a name. */
  constructor(kind: string, definitions: readonly T[]) {
    const byName = new Map<string, T>();
    for (const definition of definitions) {
      for (const name of [definition.name, ...definition.aliases]) {
        const key = name.toLowerCase();
        if (byName.has(key)) throw new Error(`two ${kind} definitions are named "${name}"`);
        byName.set(key, definition);
      }
    }
    this.kind = kind;
    this.all = definitions;
    this.#byName = byName;
  }

  find(name: string): T | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  /** The definition; throws {@link UnknownNameError} with a suggestion when there is none. */
  require(name: string): T {
    const found = this.find(name);
    if (found === undefined) throw new UnknownNameError(this.kind, name, this.suggest(name));
    return found;
  }

  /** The closest known name, when it is close enough to be what was meant. */
  suggest(name: string): string | undefined {
    const wanted = name.toLowerCase();
    let best: string | undefined;
    let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
    for (const [key, definition] of this.#byName) {
      const distance = editDistance(wanted, key, bestDistance);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = definition.name.toLowerCase() === key ? definition.name : key;
      }
    }
    return best;
  }
}

/** A name nobody defined; `hint` suggests one. */
export class UnknownNameError extends Error {
  override readonly name = 'UnknownNameError';
  readonly hint: string | undefined;

  constructor(kind: string, name: string, suggestion: string | undefined) {
    super(`unknown ${kind} "${name}"`);
    this.hint = suggestion === undefined ? undefined : `did you mean "${suggestion}"?`;
  }
}

/** Levenshtein distance, or `limit` when it is at least that. Neighbouring letters swapped count as one edit. */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit) return limit;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min(
        (previous[column] ?? limit) + 1,
        (current[column - 1] ?? limit) + 1,
        (previous[column - 1] ?? limit) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        cost = Math.min(cost, (beforePrevious[column - 2] ?? limit) + 1);
      }
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return Math.min(previous[right.length] ?? limit, limit);
}
