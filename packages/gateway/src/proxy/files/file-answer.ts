/** What is answered to a GET or HEAD for a file: status, headers, and which of its bytes. */

import { type ByteRange, byteRange } from './byte-range.ts';
import type { OpenedFile } from './file-finder.ts';
import { type HeaderOf, holdsIfRange, precondition } from './preconditions.ts';

export interface FileAnswer {
  readonly status: 200 | 206 | 304 | 412 | 416;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** Bytes to send; undefined for none. */
  readonly range: ByteRange | undefined;
}

/** `maxAge`: milliseconds the client may use it without asking; 0 says nothing. */
export function fileAnswer(
  { type, size, modified }: Pick<OpenedFile, 'type' | 'size' | 'modified'>,
  method: string,
  headerOf: HeaderOf,
  maxAge: number,
): FileAnswer {
  const seconds = Number(modified / 1_000_000_000n);
  const etag = `"${modified.toString(16)}-${size.toString(16)}"`;
  const validators = [
    ...['ETag', etag, 'Last-Modified', new Date(seconds * 1000).toUTCString()],
    ...(maxAge > 0 ? ['Cache-Control', `max-age=${Math.floor(maxAge / 1000)}`] : []),
  ];
  const verdict = precondition(headerOf, { etag, modified: seconds });
  if (verdict === 'not modified') return { status: 304, headers: validators, range: undefined };
  if (verdict === 'failed') return { status: 412, headers: ['Content-Length', '0'], range: undefined };
  const asked = method === 'GET' && holdsIfRange(headerOf, { etag, modified: seconds }) ? headerOf('range') : undefined;
  const part = byteRange(asked, size);
  if (part === 'unsatisfiable')
    return { status: 416, headers: ['Content-Range', `bytes */${size}`, 'Content-Length', '0'], range: undefined };
  const { first, last } = part === 'whole' ? { first: 0, last: size - 1 } : part;
  const headers = [
    ...['Content-Type', type, 'Content-Length', String(last - first + 1), 'Accept-Ranges', 'bytes', ...validators],
    // A file that somebody uploaded is what its name says, and nothing a browser guesses from its bytes.
    ...['X-Content-Type-Options', 'nosniff'],
    // A picture by itself runs no scripts; opened as a page, one of this kind would.
    ...(type === 'image/svg+xml' ? ['Content-Security-Policy', "script-src 'none'; object-src 'none'"] : []),
    ...(part === 'whole' ? [] : ['Content-Range', `bytes ${first}-${last}/${size}`]),
  ];
  const isEmpty = method === 'HEAD' || last < first;
  return { status: part === 'whole' ? 200 : 206, headers, range: isEmpty ? undefined : { first, last } };
}
