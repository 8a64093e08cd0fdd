/** What a translation must know of the engine that will load its result. */
export interface Modsec1Context {
  /** Whether the engine has a word, without regard to case; what it lacks is not written. */
  readonly knows: KnownWords;
  /** Whether a pattern matches the empty string; false for one that is not a regular expression. */
  readonly matchesNothing: (pattern: string) => boolean;
}

export interface KnownWords {
  readonly directive: (name: string) => boolean;
  readonly variable: (name: string) => boolean;
  readonly operator: (name: string) => boolean;
  readonly action: (name: string) => boolean;
}
