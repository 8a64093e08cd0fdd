/** `programs`: what programs that rules run may take. */
import { duration, integer, size, type Table } from '../field.ts';

/** Limits of the programs that rules run. */
export interface ProgramsConfig {
  readonly timeout: number;
  readonly running: number;
  readonly output: number;
}

export const programs: Table<ProgramsConfig> = {
  timeout: {
    type: duration(),
    default: 5000,
    summary: 'Time for one run; then the program and all it has started are killed. No answer in time means refuse.',
  },
  running: { type: integer(1, 1000), default: 16, summary: 'Programs at the same time; further requests wait.' },
  output: { type: size(), default: 64 * 1024, summary: 'A program that writes more is killed, and counts as failed.' },
};
