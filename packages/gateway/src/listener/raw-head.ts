/** The bytes of a request head (RFC 9112 §2-§5), where the parser's word is not enough. */

/** What the parser says of a request. */
export interface ParsedHead {
  readonly method: string;
  readonly url: string;
  readonly version: string;
  readonly isChunked: boolean;
  readonly contentLength: number;
}

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;
const DELETE = 0x7f;

/**
 * What is wrong with a head between `from` and `end`, its last line end included. One blank line before it is allowed (RFC 9112 §2.2).
 * Where the parser is lenient, every line is checked; else it has done that.
 */
export function complaintAboutHead(
  bytes: Buffer,
  from: number,
  end: number,
  head: ParsedHead,
  isLenient: boolean,
): string | undefined {
  const start = bytes[from] === CR && bytes[from + 1] === LF ? from + 2 : from;
  const lineEnd = endOfRequestLine(bytes, start, head);
  if (lineEnd < 0 || lineEnd > end) return 'request line with other bytes than its three parts';
  return isLenient ? complaintAboutFields(bytes, lineEnd, end) : undefined;
}

/** Behind the line end, when the bytes are the three parts with a space between them and nothing else; -1 otherwise. */
function endOfRequestLine(bytes: Buffer, start: number, { method, url, version }: ParsedHead): number {
  const afterMethod = endOfText(bytes, start, method);
  if (afterMethod < 0 || bytes[afterMethod] !== SPACE) return -1;
  const afterUrl = endOfText(bytes, afterMethod + 1, url);
  if (afterUrl < 0 || bytes[afterUrl] !== SPACE) return -1;
  const afterVersion = endOfText(bytes, endOfText(bytes, afterUrl + 1, 'HTTP/'), version);
  if (afterVersion < 0 || bytes[afterVersion] !== CR || bytes[afterVersion + 1] !== LF) return -1;
  return afterVersion + 2;
}

/** Behind a text (a byte string) that stands at `start`; -1 when it does not, or there is no start. Makes no copy of the bytes. */
function endOfText(bytes: Buffer, start: number, text: string): number {
  if (start < 0) return -1;
  for (let at = 0; at < text.length; at++) if (bytes[start + at] !== text.charCodeAt(at)) return -1;
  return start + text.length;
}

function complaintAboutFields(bytes: Buffer, from: number, end: number): string | undefined {
  let at = from;
  while (at < end) {
    const nameStart = at;
    while (isToken(bytes[at])) at++;
    if (at === nameStart || bytes[at] !== COLON) return 'header name that is not a token';
    at++;
    while (isFieldByte(bytes[at])) at++;
    if (bytes[at] !== CR || bytes[at + 1] !== LF) return 'header line with control bytes';
    at += 2;
  }
  return undefined;
}

/** RFC 9110 §5.5: visible bytes, blanks, tabs and whatever is above ASCII. */
export function isFieldByte(code: number | undefined): boolean {
  return code !== undefined && ((code >= SPACE && code !== DELETE) || code === TAB);
}

/** RFC 9110 §5.6.2. */
export function isToken(code: number | undefined): boolean {
  if (code === undefined) return false;
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    SPECIAL.includes(code)
  );
}

const SPECIAL: readonly number[] = [..."!#$%&'*+-.^_`|~"].map((sign) => sign.charCodeAt(0));
