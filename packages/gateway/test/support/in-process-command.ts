/** Commands run in the process of the test, without a terminal. */
import type { Command } from '../../src/cli/commands/command.ts';

/** What a command has said, line by line, and its exit code. */
export interface CommandRun {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

export async function runInProcess(command: Command, words: readonly string[]): Promise<CommandRun> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await command.run(words, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    hasColour: false,
  });
  return { code, out, err };
}
