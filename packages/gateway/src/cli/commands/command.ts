/** What a command may say and see of the outside; tests put buffers in its place. */
export interface CommandOutput {
  /** Results; a line end is added. */
  readonly out: (line: string) => void;
  /** Complaints and progress; a line end is added. */
  readonly err: (line: string) => void;
  /** Whether results go to a terminal that shows colours. */
  readonly hasColour: boolean;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Shown for `--help` and after wrong usage. */
  readonly usage: string;
  /** Runs with the words after the command's name. Gives the exit code; throws only for bugs. */
  readonly run: (words: readonly string[], output: CommandOutput) => Promise<number>;
}

/** Words that do not fit a command: the message tells which, the usage follows it, the exit code is 2. */
export class UsageError extends Error {}
