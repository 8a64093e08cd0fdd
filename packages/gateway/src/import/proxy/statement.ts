/** Where a statement of the old configuration stands. */
export interface Statement {
  readonly file: string;
  readonly line: number;
  /** As written, on one line. */
  readonly source: string;
}
