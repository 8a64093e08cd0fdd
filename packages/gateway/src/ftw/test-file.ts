import { readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { bytes, type Fields, fieldsOf, listOf, TestFileError } from './fields.ts';

/** Header name and value as they go over the wire. */
export type Header = readonly [name: string, value: string];

/** What a stage sends. Texts are byte strings. */
export interface StageInput {
  readonly method: string;
  readonly uri: string;
  readonly version: string;
  readonly headers: readonly Header[];
  readonly data: string | undefined;
  /** A whole request in place of all the above. */
  readonly rawRequest: string | undefined;
  readonly autocompleteHeaders: boolean;
  readonly saveCookie: boolean;
}

/** What a stage expects; absent fields are not looked at. */
export interface StageOutput {
  readonly status: number | undefined;
  readonly responseContains: string | undefined;
  readonly expectIds: readonly number[];
  readonly noExpectIds: readonly number[];
  readonly matchRegex: string | undefined;
  readonly noMatchRegex: string | undefined;
  readonly expectError: boolean | undefined;
  readonly retryOnce: boolean;
  /** Only the one expected rule may be logged. */
  readonly isolated: boolean;
}

export interface FtwTest {
  /** `RULE-TEST`, as go-ftw names it. */
  readonly id: string;
  readonly ruleId: number;
  readonly testId: number;
  readonly file: string;
  readonly description: string;
  readonly stages: readonly { readonly input: StageInput; readonly output: StageOutput }[];
}

/** Files under the paths that hold FTW tests, in a stable order. A path may be a file or a folder. */
export async function findTestFiles(paths: readonly string[], extensions: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    if (!statSync(path).isDirectory()) {
      found.push(path);
      continue;
    }
    const names = await readdir(path, { recursive: true });
    found.push(
      ...names
        .filter((name) => extensions.some((extension) => name.endsWith(extension)))
        .sort()
        .map((name) => join(path, name)),
    );
  }
  return found;
}

/** Tests of one file; none for a file of comments only. */
export function loadTestFile(file: string): FtwTest[] {
  return parseTestFile(readFileSync(file, 'utf8'), file);
}

/**
 * Reads go-ftw's YAML. Scalars are taken as written (`Content-Length: 007` stays `007`), texts as their UTF-8 bytes, as a
 * Go program sees them.
 */
export function parseTestFile(text: string, file: string): FtwTest[] {
  let content: unknown;
  try {
    content = parse(text, { schema: 'failsafe', logLevel: 'error' });
  } catch (cause) {
    throw new TestFileError(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  if (content === null || content === undefined) return [];
  const root = fieldsOf(content, file);
  const ruleId = root.number('rule_id') ?? leadingNumber(file);
  return listOf(root.value('tests'), `${file}: tests`).map((entry, index) => {
    const test = fieldsOf(entry, `${file}: test ${index + 1}`);
    const testId = test.number('test_id') ?? test.number('id') ?? index + 1;
    const id = `${ruleId}-${testId}`;
    const stages = listOf(test.value('stages'), `${file}: stages of ${id}`).map((one) => {
      const stage = fieldsOf(one, `${file}: stage of ${id}`);
      return {
        input: readInput(stage.child('input')),
        output: readOutput(stage.child('output')),
      };
    });
    return { id, ruleId, testId, file, description: test.text('desc') ?? test.text('description') ?? '', stages };
  });
}

function leadingNumber(file: string): number {
  const digits = /(\d+)[^/]*$/.exec(file)?.[1];
  if (digits === undefined) throw new TestFileError(`${file}: no rule_id, and no number in the file name`);
  return Number(digits);
}

function readInput(input: Fields): StageInput {
  const encoded = input.text('encoded_request');
  const stopMagic = input.flag('stop_magic');
  const data = input.text('data');
  const encodedData = input.text('encoded_data');
  if (data !== undefined && encoded !== undefined) {
    throw new TestFileError(`${input.place}: data and encoded_request exclude each other`);
  }
  return {
    method: input.text('method') ?? 'GET',
    uri: input.text('uri') ?? '/',
    version: input.text('version') ?? 'HTTP/1.1',
    headers: readHeaders(input),
    data: data === undefined ? base64(encodedData) : expandTemplate(data, input.place),
    rawRequest: base64(encoded),
    autocompleteHeaders: input.flag('autocomplete_headers') ?? (stopMagic === undefined ? true : !stopMagic),
    saveCookie: input.flag('save_cookie') ?? false,
  };
}

/** `ordered_headers` as they stand; `headers` sorted by name, as go-ftw sends them. */
function readHeaders(input: Fields): Header[] {
  const ordered = input.value('ordered_headers');
  if (ordered !== undefined) {
    return listOf(ordered, `${input.place}: ordered_headers`).map((entry) => {
      const header = fieldsOf(entry, `${input.place}: header`);
      return [header.text('name') ?? '', header.text('value') ?? ''];
    });
  }
  if (input.value('headers') === undefined) return [];
  const headers = input.child('headers');
  return headers.names.sort((a, b) => (a < b ? -1 : 1)).map((name) => [bytes(name), headers.text(name) ?? '']);
}

/** Reads what a stage, or an override in place of it, expects. */
export function readOutput(output: Fields): StageOutput {
  const log = output.child('log');
  const ids = (name: string): number[] =>
    listOf(log.value(name) ?? [], `${output.place}: ${name}`).map((id) =>
      wholeNumber(String(id), `${output.place}: ${name}`),
    );
  return {
    status: output.number('status'),
    responseContains: output.text('response_contains'),
    expectIds: ids('expect_ids'),
    noExpectIds: ids('no_expect_ids'),
    matchRegex: log.text('match_regex') ?? output.text('log_contains'),
    noMatchRegex: log.text('no_match_regex') ?? output.text('no_log_contains'),
    expectError: output.flag('expect_error'),
    retryOnce: output.flag('retry_once') ?? false,
    isolated: output.flag('isolated') ?? false,
  };
}

/** The one form of Go template that test data uses: `{{ "text" | repeat N }}`. */
function expandTemplate(data: string, place: string): string {
  if (!data.includes('{{')) return data;
  const expanded = data.replace(
    /\{\{\s*"([^"\\]*)"\s*\|\s*repeat\s+(\d+)\s*\}\}/g,
    (_all, text: string, count: string) => text.repeat(Number(count)),
  );
  if (expanded.includes('{{')) throw new TestFileError(`${place}: only {{ "text" | repeat N }} is understood in data`);
  return expanded;
}

function base64(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : Buffer.from(text, 'base64').toString('latin1');
}

function wholeNumber(text: string, place: string): number {
  if (!/^\d+$/.test(text)) throw new TestFileError(`${place}: ${JSON.stringify(text)} is not a number`);
  return Number(text);
}
