import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emptyUnicodeMap } from '../../packages/engine/src/bytes/unicode-map.ts';
import { transformations } from '../../packages/engine/src/transformations/index.ts';
import { caseBytes } from './case-bytes.ts';
import { transformationExceptions } from './exceptions.ts';

interface Case {
  readonly file: string;
  readonly index: number;
  readonly input: string;
  readonly output: string;
}

const shared = process.env['SALLYPORT_SHARED'] ?? resolve(import.meta.dirname, '../../../shared');
const folder = join(shared, 'secrules-language-tests/transformations');
const available = existsSync(folder);
const cases = available ? readCases() : [];

function readCases(): Case[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const entries = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Omit<Case, 'file' | 'index'>[];
      return entries.map(({ input, output }, index) => ({ file: basename(name, '.json'), index, input, output }));
    });
}

function find(name: string) {
  return transformations.find((known) => known.name === name || known.aliases.includes(name));
}

/** Undefined when the answer is the expected one, otherwise what was seen. */
function mismatch({ file, input, output }: Case): string | undefined {
  const transformation = find(file);
  if (transformation === undefined) return 'no such transformation';
  // The corpus was written for an engine without SecUnicodeMapFile.
  const actual = transformation.apply(caseBytes(input), { unicodeMap: emptyUnicodeMap });
  return actual === caseBytes(output) ? undefined : JSON.stringify(actual);
}

const exceptionFor = ({ file, index, input }: Case) =>
  transformationExceptions.find((known) => known.file === file && known.index === index && known.input === input);

describe.skipIf(!available)(`language tests: transformations (skipped without ${folder})`, () => {
  test('the corpus is there and every file belongs to a transformation', () => {
    expect(cases.length).toBeGreaterThan(300);
    expect([...new Set(cases.map(({ file }) => file))].filter((file) => find(file) === undefined)).toEqual([]);
  });

  test('every exception names a case of the corpus', () => {
    expect(transformationExceptions.filter((known) => !cases.some((one) => exceptionFor(one) === known))).toEqual([]);
  });

  test.each(cases)('$file #$index', (one) => {
    const exception = exceptionFor(one);
    if (exception === undefined) expect(mismatch(one)).toBeUndefined();
    else expect(mismatch(one), `passes now; remove the exception "${exception.reason}"`).toBeDefined();
  });
});
