import type { Node, ParsedNode } from 'yaml';
import type { Environment } from '../environment.ts';

/** A schema as JSON Schema writes it, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What reading needs besides the node: where mistakes go, and the variables `${NAME}` stands for. */
export interface Reader {
  readonly environment: Environment;
  report(node: Node | undefined, message: string): void;
}

/** A kind of value, read as `T`. */
export interface ValueType<T> {
  /** For people: `size, for example 10 MiB`. */
  readonly label: string;
  readonly schema: JsonSchema;
  /** The value, or undefined after a report. */
  read(node: ParsedNode, reader: Reader): T | undefined;
  /** How a default is written in the reference page. */
  print?(value: T): string;
  /** Set where the value is a section (or list or map of sections) with fields of its own. */
  readonly fields?: Table<never>;
  /** `routes[].` for a list, `upstreams.<name>.` for a map. */
  readonly fieldPrefix?: string;
}

/** A key of a section. */
export interface Field<T> {
  readonly type: ValueType<T>;
  /** One sentence or two for the reference page. */
  readonly summary: string;
  /** Value when the key is absent. A field with neither this nor `isOptional` is required. */
  readonly default?: T;
  readonly isOptional?: true;
}

type Present<T> = Exclude<T, undefined>;

/** One field for every key of `T`; the compiler notices a key without one. */
export type Table<T> = { readonly [K in keyof T]-?: Field<Present<T[K]>> };
