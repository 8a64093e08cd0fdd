/** What a part's `Content-Disposition` says. */
export interface ContentDisposition {
  /** Decoded of quotes and backslashes only; the last one seen where `problem` tells of a second. */
  readonly name: string | undefined;
  readonly filename: string | undefined;
  /** A single quote around or inside a value, or a quote where a value has already ended. */
  readonly hasInvalidQuoting: boolean;
  /** Why the header is refused; undefined when it is sound. Parameters before the problem are still given. */
  readonly problem: string | undefined;
}

const TYPE = 'form-data';

/**
 * Parses a `Content-Disposition` as ModSecurity 2 does: only `form-data`, only `name` and `filename`, each at most once, as a
 * quoted string (a backslash escapes the quote and itself) or a token. Everything else is a problem, `filename*` included:
 * RFC 7578 forbids it and servers disagree about which of two file names counts.
 */
export function parseContentDisposition(header: string): ContentDisposition {
  const found: Findings = { name: undefined, filename: undefined, hasInvalidQuoting: false };
  const problem = readParameters(header, found);
  return { ...found, problem };
}

interface Findings {
  name: string | undefined;
  filename: string | undefined;
  hasInvalidQuoting: boolean;
}

interface WrittenValue {
  readonly text: string;
  readonly isQuoted: boolean;
  readonly end: number;
}

function readParameters(header: string, found: Findings): string | undefined {
  if (!header.startsWith(TYPE)) return 'type is not form-data';
  let at = skipBlank(header, TYPE.length);
  if (at === header.length) return undefined;
  if (header[at] !== ';') return 'type is not form-data';
  at++;

  // A `;` may end the header, but not with blanks after it.
  while (at < header.length) {
    at = skipBlank(header, at);
    const nameEnd = parameterNameEnd(header, at);
    const parameter = header.slice(at, nameEnd);
    const equals = skipBlank(header, nameEnd);
    at = skipBlank(header, equals + 1);
    if (header[equals] !== '=' || at >= header.length) return 'parameter without value';
    // Crude readers look for `filename=`; a spelling they miss would make this a file for one side and a field for the other.
    if (parameter === 'filename' && equals !== nameEnd) return 'white space behind filename';

    const value = readValue(header, at, found);
    if (value === undefined) return 'unclosed quote';
    const problem = store(parameter, value.text, found);
    if (problem !== undefined) return problem;
    if (!value.isQuoted && value.text.includes("'")) found.hasInvalidQuoting = true;

    at = skipBlank(header, value.end);
    if (at === header.length) return undefined;
    if (header[at] !== ';') {
      if (header[at - 1] === '"' || header[at - 1] === "'") found.hasInvalidQuoting = true;
      return 'text behind a value';
    }
    at++;
  }
  return undefined;
}

function store(parameter: string, value: string, found: Findings): string | undefined {
  if (parameter !== 'name' && parameter !== 'filename') return `parameter ${parameter}`;
  const isDuplicate = found[parameter] !== undefined;
  found[parameter] = value;
  return isDuplicate ? `duplicate ${parameter}` : undefined;
}

function readValue(header: string, start: number, found: Findings): WrittenValue | undefined {
  const quote = header[start]!;
  if (quote !== '"' && quote !== "'") {
    let end = start;
    while (end < header.length && isTokenByte(header.charCodeAt(end))) end++;
    return { text: header.slice(start, end), isQuoted: false, end };
  }
  if (quote === "'") found.hasInvalidQuoting = true;
  let text = '';
  for (let at = start + 1; at < header.length; at++) {
    if (header[at] === quote) return { text, isQuoted: true, end: at + 1 };
    // Old browsers send Windows paths unescaped, so a backslash before any other byte is that byte's neighbour only.
    if (header[at] === '\\' && (header[at + 1] === quote || header[at + 1] === '\\')) at++;
    text += header[at]!;
  }
  return undefined;
}

function parameterNameEnd(header: string, from: number): number {
  let at = from;
  while (at < header.length && header[at] !== '=' && header[at] !== '\t' && header[at] !== ' ') at++;
  return at;
}

function skipBlank(header: string, from: number): number {
  let at = from;
  while (header[at] === '\t' || header[at] === ' ') at++;
  return at;
}

/** RFC 2045 `token` as ModSecurity reads it (braces are allowed). */
function isTokenByte(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f && !'()<>@,;:\\"/[]?='.includes(String.fromCharCode(byte));
}
