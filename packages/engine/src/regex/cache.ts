import type { RegexOptions } from './options.ts';
import { compileRegex, type Regex } from './regex.ts';
import { StateMemory, type StateMemoryLimits } from './state-memory.ts';

/**
 * Compiles each (pattern, options) once, and lets all of them share one limit on automaton memory. Whoever loads rules owns
 * one and passes it on; it lives as long as the rules.
 */
export class RegexCache {
  readonly #memory: StateMemory;
  readonly #known = new Map<string, Regex>();

  constructor(limits: StateMemoryLimits = {}) {
    this.#memory = new StateMemory(limits);
  }

  /** How many patterns are known. */
  get size(): number {
    return this.#known.size;
  }

  /** Bytes all automata hold at present. */
  get stateBytes(): number {
    return this.#memory.used;
  }

  /** @throws RegexSyntaxError */
  compile(pattern: string, options: RegexOptions = {}): Regex {
    const key = optionLetters(options) + pattern;
    let regex = this.#known.get(key);
    if (regex === undefined) {
      regex = compileRegex(pattern, options, this.#memory);
      this.#known.set(key, regex);
    }
    return regex;
  }
}

/** Five characters, one for each option. */
function optionLetters({ caseless, dotAll, dollarEndOnly, multiline, extended }: RegexOptions): string {
  return [caseless, dotAll, dollarEndOnly, multiline, extended].map((isOn) => (isOn === true ? '1' : '0')).join('');
}
