/** A message for the error log. */
export interface EngineMessage {
  /** 1 error, 2 warning, 3 notice. */
  readonly level: 1 | 2 | 3;
  readonly text: string;
}

/** From 1, what went wrong, to 9, every value; a line is written from this `SecDebugLogLevel` on. */
export type DebugLevel = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** One line for the debug log; `formatDebugLine` puts it together. Texts are byte strings. */
export interface DebugLine {
  /** The argument of SecDebugLog. */
  readonly file: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly level: DebugLevel;
  readonly text: string;
  readonly hostname: string;
  readonly uriPath: string;
  readonly serverPort: number;
  readonly transactionId: string;
}
