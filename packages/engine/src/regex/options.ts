/**
 * How a pattern is read. The bare defaults are PCRE's; ModSecurity 2 compiles `@rx` with `dotAll` and `dollarEndOnly`.
 */
export interface RegexOptions {
  /** `(?i)` from the start: ASCII letters match both cases. */
  readonly caseless?: boolean;
  /** `(?s)`: the dot matches a newline too. */
  readonly dotAll?: boolean;
  /** `$` outside multi-line mode matches at the very end only, not before a final newline. */
  readonly dollarEndOnly?: boolean;
  /** `(?m)`: `^` and `$` match at every line. */
  readonly multiline?: boolean;
  /** `(?x)`: white space and `#` comments in the pattern are ignored. */
  readonly extended?: boolean;
}
