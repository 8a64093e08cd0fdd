// Reads libinjection's own test material, the way its test drivers do. All text is byte strings.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { env } from 'node:process';

const shared = env['SALLYPORT_SHARED'] ?? resolve(import.meta.dirname, '../../../shared');

/** Where the material is looked for. */
export const folder: string = join(shared, 'libinjection');

/** Whether it is there. */
export const available: boolean = existsSync(folder);

/** A test case: what to read, and what its tokens, or its fingerprint, must be. */
export interface ReferenceCase {
  readonly name: string;
  readonly input: string;
  readonly expected: string;
}

/** The cases of one kind, such as `tokens` or `html5`; none where the material is absent. */
export function readCases(kind: string): readonly ReferenceCase[] {
  return filesIn('tests', (name) => name.startsWith(`test-${kind}-`)).map(({ name, text }) => {
    const parts = /^--TEST--\n[\s\S]*?--INPUT--\n([\s\S]*?)--EXPECTED--\n([\s\S]*)$/.exec(text);
    if (parts === null) throw new Error(`${name} is no test case`);
    return { name, input: trimEnd(parts[1]!), expected: trimEnd(parts[2]!) };
  });
}

/** A line of the collections of attacks and of ordinary text. */
export interface Sample {
  readonly file: string;
  readonly line: number;
  readonly value: string;
}

/** The samples in the files of a certain kind; none where the material is absent. */
export function readSamples(isOfKind: (file: string) => boolean): readonly Sample[] {
  return filesIn('data', isOfKind).flatMap(({ name, text }) =>
    text
      .split('\n')
      .map((content, index) => ({ file: name, line: index + 1, value: trimEnd(content) }))
      .filter(({ value }) => value !== '' && !value.startsWith('#'))
      .map((sample) => ({ ...sample, value: decodeUrl(sample.value) })),
  );
}

/** The tables of the detector of SQL. */
export interface ReferenceTables {
  readonly charmap: readonly string[];
  readonly keywords: Readonly<Record<string, string>>;
  readonly fingerprints: readonly string[];
}

/** Reads the tables. */
export function readTables(): ReferenceTables {
  return JSON.parse(readFileSync(join(folder, 'sqlparse_data.json'), 'latin1'));
}

/** Without the white space at its end, as the test drivers of libinjection take it off. */
export function trimEnd(text: string): string {
  return text.replace(/[ \n\t\r]+$/, '');
}

function filesIn(part: string, isWanted: (name: string) => boolean): readonly { name: string; text: string }[] {
  if (!available) return [];
  return readdirSync(join(folder, part))
    .filter(isWanted)
    .sort()
    .map((name) => ({ name, text: readFileSync(join(folder, part, name), 'latin1') }));
}

/** What is no escape stays as it is. */
function decodeUrl(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/%([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
