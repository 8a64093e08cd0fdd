/** A pattern that PCRE would refuse too, or that asks for something this engine does not do. Nothing is approximated. */
export class RegexSyntaxError extends Error {
  /** Where in the pattern, in bytes from its start. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(`${message} at offset ${offset}`);
    this.name = 'RegexSyntaxError';
    this.offset = offset;
  }
}
