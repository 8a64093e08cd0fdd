/** The head of an answer as CGI programs write it (RFC 3875 §6): header lines, one of which may be `Status`. */
import { ERRORS, GateError } from '../../errors.ts';

export interface AnswerHead {
  readonly status: number;
  readonly reason: string | undefined;
  /** Names and values in turn, `Status` left out. */
  readonly rawHeaders: Buffer[];
  /** The same by lower-case name, for those who want to look one up; of repeated ones the last. */
  readonly headers: Record<string, string>;
  /** As announced; undefined when it was not, or not clearly: others look at that. */
  readonly contentLength: number | undefined;
}

const LF = 0x0a;
const CR = 0x0d;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Where the body begins: behind the first empty line. -1 while there is none. */
export function endOfHead(bytes: Buffer): number {
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    const next = bytes[at + 1];
    if (next === LF) return at + 2;
    if (next === CR && bytes[at + 2] === LF) return at + 3;
  }
  return -1;
}

/**
 * Reads a head. Lines end with LF or CR LF. Without `Status`, a `Location` means 302 and everything else 200; a status line as in
 * HTTP is taken too, as Apache and nginx do. Throws a `GateError` when it is not a head.
 */
export function parseAnswerHead(bytes: Buffer): AnswerHead {
  const lines = bytes.toString('latin1').split('\n');
  const rawHeaders: Buffer[] = [];
  const headers: Record<string, string> = {};
  let status: number | undefined;
  let reason: string | undefined;
  let count = 0;
  const setStatus = (value: string): void => {
    const parts = /^(\d{3})(?: +(.*))?$/.exec(value);
    if (parts === null || status !== undefined) throw invalid(`the status ${JSON.stringify(value.slice(0, 40))}`);
    status = Number(parts[1]);
    reason = parts[2];
    if (status < 200 || status > 599) throw invalid(`status ${status}`);
  };
  for (const [at, line] of lines.entries()) {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (text === '') continue;
    count++;
    const statusLine = at === 0 ? /^HTTP\/1\.[01] +(.*)$/.exec(text) : null;
    if (statusLine !== null) {
      setStatus(statusLine[1] as string);
      continue;
    }
    const colon = text.indexOf(':');
    const name = text.slice(0, Math.max(colon, 0));
    if (!TOKEN.test(name)) throw invalid(`the header line ${JSON.stringify(text.slice(0, 40))}`);
    const value = text.slice(colon + 1).trim();
    const lower = name.toLowerCase();
    if (lower === 'status') {
      setStatus(value);
      continue;
    }
    rawHeaders.push(Buffer.from(name, 'latin1'), Buffer.from(value, 'latin1'));
    headers[lower] = value;
  }
  if (count === 0) throw invalid('no header');
  const length = headers['content-length'];
  return {
    status: status ?? (headers['location'] === undefined ? 200 : 302),
    reason: reason === '' ? undefined : reason,
    rawHeaders,
    headers,
    contentLength: length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined,
  };
}

function invalid(what: string): GateError {
  return new GateError(ERRORS.upstreamInvalid, what);
}
