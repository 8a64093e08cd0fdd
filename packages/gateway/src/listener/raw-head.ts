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
 * What is wrong with a head, its last line end included. One blank line before it is allowed (RFC 9112 §2.2). Where the parser is
 * lenient, every line is checked; else it has done that.
 */
export function complaintAboutHead(bytes: Buffer, head: ParsedHead, isLenient: boolean): string | undefined {
  const start = bytes[0] === CR && bytes[1] === LF ? 2 : 0;
  const line = `${head.method} ${head.url} HTTP/${head.version}\r\n`;
  const end = start + line.length;
  if (bytes.toString('latin1', start, end) !== line) return 'request line with other bytes than its three parts';
  return isLenient ? complaintAboutFields(bytes, end) : undefined;
}

function complaintAboutFields(bytes: Buffer, from: number): string | undefined {
  let at = from;
  while (at < bytes.length) {
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
