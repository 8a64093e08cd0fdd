/**
 * The `.waftest` format: rules, then pairs of a raw request and what it must lead to.
 *
 *     SecRule ARGS:id "!@rx ^\d+$" "id:10,phase:1,deny,status:400"
 *     --- request a quote is refused
 *     GET /item?id=1%27 HTTP/1.1
 *     Host: example.test
 *     --- expect
 *     status 400
 *     fired 10
 *
 * Between the two a `--- response` section may say what the application answers. Text after the section word is a title.
 * Lines of requests and responses end in CRLF; the last line end of a section does not count, and a `Content-Length` is
 * added to a message with a body and no framing.
 */

export interface WaftestFile {
  readonly file: string;
  /** Everything before the first section. It starts at line 1, so places in it are places in the file. */
  readonly rules: string;
  readonly cases: readonly WaftestCase[];
}

export interface WaftestCase {
  /** Line of `--- request`. */
  readonly line: number;
  readonly title: string;
  readonly request: HttpMessage;
  readonly response: HttpMessage | undefined;
  readonly expectations: readonly Expectation[];
}

export interface HttpMessage {
  /** Request or status line. */
  readonly start: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

export type Expectation =
  | { readonly kind: 'status'; readonly status: number; readonly line: number }
  | { readonly kind: 'fired' | 'not fired'; readonly ids: readonly number[]; readonly line: number }
  | { readonly kind: 'fired nothing'; readonly line: number }
  | { readonly kind: 'variable'; readonly name: string; readonly value: string; readonly line: number }
  | { readonly kind: 'log contains' | 'log lacks'; readonly text: string; readonly line: number };

/** A mistake in a `.waftest` file, with its place. */
export class WaftestError extends Error {
  constructor(file: string, line: number, message: string) {
    super(`${file}:${line} ${message}`);
    this.name = 'WaftestError';
  }
}

type SectionName = 'request' | 'response' | 'expect';

interface Section {
  readonly name: SectionName;
  readonly title: string;
  /** Line of the heading. */
  readonly line: number;
  readonly lines: readonly string[];
}

/** Reads a file given as a byte string. */
export function parseWaftest(text: string, file: string): WaftestFile {
  const lines = text.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n');
  const headings = lines.flatMap((line, index) => (line.startsWith('--- ') ? [index] : []));
  const sections = headings.map((start, index): Section => {
    const [, name = '', title = ''] = /^--- (\w*) *(.*)$/.exec(lines[start]!) ?? [];
    if (name !== 'request' && name !== 'response' && name !== 'expect') {
      throw new WaftestError(file, start + 1, `unknown section "${name}"; there are request, response and expect`);
    }
    return { name, title, line: start + 1, lines: lines.slice(start + 1, headings[index + 1] ?? lines.length) };
  });
  if (sections.length === 0) throw new WaftestError(file, lines.length, 'no "--- request" section');
  return { file, rules: lines.slice(0, headings[0]).join('\n'), cases: readCases(sections, file) };
}

function readCases(sections: readonly Section[], file: string): WaftestCase[] {
  const cases: WaftestCase[] = [];
  for (let index = 0; index < sections.length; ) {
    const request = sections[index++]!;
    if (request.name !== 'request')
      throw new WaftestError(file, request.line, `"${request.name}" without a request before it`);
    const response = sections[index]?.name === 'response' ? sections[index++] : undefined;
    const expect = sections[index++];
    if (expect?.name !== 'expect')
      throw new WaftestError(file, request.line, 'this request has no "--- expect" section');
    cases.push({
      line: request.line,
      title: request.title,
      request: readMessage(request, file),
      response: response === undefined ? undefined : readMessage(response, file),
      expectations: readExpectations(expect, file),
    });
  }
  return cases;
}

function readMessage({ lines, line, name }: Section, file: string): HttpMessage {
  const [start, ...rest] = lines;
  if (start === undefined || start === '') throw new WaftestError(file, line + 1, `the ${name} has no first line`);
  const empty = rest.indexOf('');
  const head = empty < 0 ? rest : rest.slice(0, empty);
  const body = empty < 0 ? '' : rest.slice(empty + 1).join('\r\n');
  const headers = head.map((one, index): readonly [string, string] => {
    const colon = one.indexOf(':');
    if (colon <= 0) throw new WaftestError(file, line + 2 + index, 'a header needs a name and a colon');
    return [one.slice(0, colon), one.slice(colon + 1).trim()];
  });
  const isFramed = headers.some(([key]) => ['content-length', 'transfer-encoding'].includes(key.toLowerCase()));
  if (body !== '' && !isFramed) headers.push(['Content-Length', String(body.length)]);
  return { start, headers, body };
}

function readExpectations({ lines, line, name }: Section, file: string): Expectation[] {
  const expectations = lines.flatMap((text, index) => {
    const written = text.trim();
    return written === '' || written.startsWith('#') ? [] : [readExpectation(written, file, line + 1 + index)];
  });
  if (expectations.length === 0) throw new WaftestError(file, line, `"${name}" says nothing`);
  return expectations;
}

function readExpectation(text: string, file: string, line: number): Expectation {
  const status = /^status (\d{3})$/.exec(text);
  if (status !== null) return { kind: 'status', status: Number(status[1]), line };
  if (text === 'fired nothing') return { kind: 'fired nothing', line };
  const fired = /^(fired|not fired) (\d+(?: \d+)*)$/.exec(text);
  if (fired !== null) {
    return { kind: fired[1] === 'fired' ? 'fired' : 'not fired', ids: fired[2]!.split(' ').map(Number), line };
  }
  const variable = /^variable (\S+) =(?: (.*))?$/.exec(text);
  if (variable !== null) return { kind: 'variable', name: variable[1]!, value: variable[2] ?? '', line };
  const log = /^log (contains|lacks) (.+)$/.exec(text);
  if (log !== null) return { kind: log[1] === 'contains' ? 'log contains' : 'log lacks', text: log[2]!, line };
  throw new WaftestError(
    file,
    line,
    `"${text}" is not an expectation; there are status, fired, not fired, fired nothing, variable NAME = VALUE, log contains, log lacks`,
  );
}
