import type { ByteSet } from '../bytes/byte-set.ts';
import type { UnicodeMap } from '../bytes/unicode-map.ts';

/** What the configuration can change about transformations. */
export interface TransformationSettings {
  /** Table for `t:urlDecodeUni`; the built-in one is code page 20127 (US-ASCII best fit). */
  readonly unicodeMap: UnicodeMap;
}

export interface TransformationExample {
  readonly input: string;
  readonly output: string;
}

/** A `t:` function: byte string in, byte string out, no state, no errors. */
export interface Transformation {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly examples: readonly TransformationExample[];
  /** Older name that still works; says what to write today. */
  readonly deprecated?: string;
  /** The transformed value; the input itself (same reference or equal text) when nothing changed. */
  readonly apply: (value: string, settings: TransformationSettings) => string;
  /**
   * Bytes of which at least one must be in the value for `apply` to change anything; absent when the transformation can
   * change any value. A wrong set here would hide attacks from a fast evaluator, so a property test proves each one.
   */
  readonly triggers?: (byte: number) => boolean;
  /**
   * The bytes it takes out, all of them, where that is all it does; such a result can be read without being made. A property
   * test holds it to that, too.
   */
  readonly removes?: (byte: number) => boolean;
  /**
   * The bytes that may be in the result though not in the value, because this one is in the value; absent where they may be any. A
   * property test holds it to that, too.
   */
  readonly brings?: (byte: number) => ByteSet;
}

type TransformationDefinition = Omit<Transformation, 'aliases'> & { readonly aliases?: readonly string[] };

/** Declares a transformation; see `transformations/lowercase.ts` for the smallest example. */
export function defineTransformation(definition: TransformationDefinition): Transformation {
  return { aliases: [], ...definition };
}
