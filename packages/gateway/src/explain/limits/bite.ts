import type { Limit } from './limit.ts';

/** Seconds from the start of the body, what the client gets then, and under which condition. */
export type BiteWords = readonly [after: number, outcome: string, when?: string];

/** The part of a limit that says when it ends the upload; empty where it does not. */
export function bite(words: BiteWords | undefined): Pick<Limit, 'bite'> {
  if (words === undefined) return {};
  const [after, outcome, when] = words;
  return { bite: { after, outcome, ...(when !== undefined && { when }) } };
}
