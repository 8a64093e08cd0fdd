import { lowerCase } from '../bytes/ascii.ts';
import type { HeaderList } from '../contract.ts';
import type { Member } from '../registry/member.ts';

/** Lengths, numbers of requests, and names of what opens doors. */
const UNIQUE = /^content-length$|auth|token|key|secret|password|trace|request-id/;

/**
 * The names of a request's headers, as it spells and orders them. Clients of one kind send the same ones again and again, so what
 * follows from them is found out once: which headers are repeated, and where each of them is.
 */
export class HeadShape {
  /** Values of REQUEST_HEADERS_NAMES, one for each name. */
  readonly names: readonly Member[];
  /** Indices of the fields with cookies. */
  readonly cookieFields: readonly number[];
  /** Whether a header is among them whose value hardly ever comes twice, or is a secret of its own. */
  readonly isUnique: boolean;
  /** Whether several requests have had it. */
  hasRecurred = false;
  /** By field: index of the name, which repetitions share. */
  readonly #indexOfField: readonly number[];
  /** By index of the name: its first field. */
  readonly #firstFields: readonly number[];
  /** In lower case, and as rules have asked for them; -1 when there is none. */
  readonly #indices = new Map<string, number>();

  constructor(headers: HeaderList) {
    const names: Member[] = [];
    const firstFields: number[] = [];
    const cookieFields: number[] = [];
    let isUnique = false;
    this.#indexOfField = headers.map(([key], field) => {
      const name = lowerCase(key);
      if (name === 'cookie') cookieFields.push(field);
      if (UNIQUE.test(name)) isUnique = true;
      let index = this.#indices.get(name);
      if (index === undefined) {
        index = names.push({ key, value: key }) - 1;
        firstFields.push(field);
        this.#indices.set(name, index);
      }
      return index;
    });
    this.names = names;
    this.cookieFields = cookieFields;
    this.isUnique = isUnique;
    this.#firstFields = firstFields;
  }

  /** Whether these headers have the same names. */
  isThatOf(headers: HeaderList): boolean {
    const indexOfField = this.#indexOfField;
    // Of repetitions the spelling is not kept.
    if (headers.length !== indexOfField.length || indexOfField.length !== this.names.length) return false;
    for (let field = 0; field < headers.length; field++) {
      if (headers[field]![0] !== this.names[field]!.value) return false;
    }
    return true;
  }

  /**
   * Headers with their repetitions: one member under the name that came first, values joined with `, `, as Apache merges them.
   */
  membersOf(headers: HeaderList): readonly Member[] {
    const { names } = this;
    if (names.length === headers.length) return headers.map(([, value], field) => ({ key: names[field]!.key, value }));
    const values: (string | undefined)[] = names.map(() => undefined);
    headers.forEach(([, value], field) => {
      const index = this.#indexOfField[field]!;
      const earlier = values[index];
      values[index] = earlier === undefined ? value : `${earlier}, ${value}`;
    });
    return names.map(({ key }, index) => ({ key, value: values[index] ?? '' }));
  }

  /** Index of a name among the members, compared caseless; -1 when there is none. For names that are known at load. */
  readonly indexOf = (name: string): number => {
    let index = this.#indices.get(name);
    if (index === undefined) {
      index = this.#indices.get(lowerCase(name)) ?? -1;
      this.#indices.set(name, index);
    }
    return index;
  };

  /** Value of the first field with a name. */
  firstValue(headers: HeaderList, name: string): string | undefined {
    const index = this.indexOf(name);
    return index === -1 ? undefined : headers[this.#firstFields[index]!]![1];
  }
}

/** A client decides how many shapes there are, and how large. */
const MAX_SHAPES = 256;
const MAX_NAMES = 64;
const MAX_LENGTH = 64;

/** Shapes that requests of late have had. */
export class HeadShapes {
  /** By a number made of the lengths of the names. */
  readonly #known = new Map<number, HeadShape>();

  of(headers: HeaderList): HeadShape {
    let hash = 0;
    let isLong = headers.length > MAX_NAMES;
    for (let field = 0; field < headers.length; field++) {
      const { length } = headers[field]![0];
      if (length > MAX_LENGTH) isLong = true;
      hash = (Math.imul(hash, 31) + length) | 0;
    }
    const known = this.#known.get(hash);
    if (known?.isThatOf(headers)) {
      known.hasRecurred = true;
      return known;
    }
    const shape = new HeadShape(headers);
    if (isLong) return shape;
    if (known === undefined && this.#known.size >= MAX_SHAPES) this.#known.clear();
    this.#known.set(hash, shape);
    return shape;
  }
}
