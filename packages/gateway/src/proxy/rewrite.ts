/** What rules changed about messages: `@rsub` on the STREAM_ variables, `prepend`, `append`, signed links. */
import type { Transaction } from '@sallyport/engine';
import type { ResponseHeaders } from './hop-headers.ts';

/** Bytes that stand in place of the first ones of a body; the rest stays. */
export interface BodyRewrite {
  readonly before: Buffer;
  /** Bytes of the original that are left out. */
  readonly replaced: number;
  readonly after: Buffer;
}

const NOTHING = Buffer.alloc(0);

/** Known after phase 2. `shown`: bytes of body given to the rules. */
export function requestRewrite(transaction: Transaction, shown: number): BodyRewrite | undefined {
  const body = transaction.rewrittenRequestBody;
  if (body === undefined) return undefined;
  return { before: bufferOf(body), replaced: Math.min(shown, transaction.requestBodyLimit), after: NOTHING };
}

/** Known after phase 4. `canInject`: the body is one that text can be put around. */
export function responseRewrite(transaction: Transaction, shown: number, canInject: boolean): BodyRewrite | undefined {
  const injection = canInject ? transaction.injection : undefined;
  const body = transaction.rewrittenResponseBody;
  if (injection === undefined && body === undefined) return undefined;
  const prepended = Buffer.from(injection?.prepend ?? '', 'latin1');
  return {
    before: body === undefined ? prepended : Buffer.concat([prepended, bufferOf(body)]),
    replaced: body === undefined ? 0 : Math.min(shown, transaction.responseBodyLimit),
    after: Buffer.from(injection?.append ?? '', 'latin1'),
  };
}

/** The chunks of a body behind its first `replaced` bytes. */
export function withoutReplaced(chunks: readonly Buffer[], replaced: number): Buffer[] {
  let toSkip = replaced;
  return chunks.flatMap((chunk) => {
    const skipped = Math.min(toSkip, chunk.length);
    toSkip -= skipped;
    return skipped === chunk.length ? [] : [chunk.subarray(skipped)];
  });
}

/** Headers that speak of the bytes of a body (RFC 9110 §8.8, RFC 9530): untrue once it is another one. */
const ABOUT_BYTES: ReadonlySet<string> = new Set([
  'accept-ranges',
  'content-digest',
  'content-length',
  'content-md5',
  'digest',
  'etag',
  'repr-digest',
]);

/** The head of an answer whose body is rewritten; without a length where the upstream announced none. */
export function rewrittenHeaders(headers: ResponseHeaders, { before, replaced, after }: BodyRewrite): ResponseHeaders {
  const { list, contentLength } = headers;
  const kept: string[] = [];
  for (let at = 0; at + 1 < list.length; at += 2) {
    const name = list[at] as string;
    if (!ABOUT_BYTES.has(name.toLowerCase())) kept.push(name, list[at + 1] as string);
  }
  if (contentLength !== undefined)
    kept.push('Content-Length', String(contentLength - replaced + before.length + after.length));
  return { ...headers, list: kept };
}

/** The head of a body that is no longer compressed. */
export function withoutCoding(headers: ResponseHeaders): ResponseHeaders {
  const list: string[] = [];
  for (let at = 0; at + 1 < headers.list.length; at += 2) {
    const name = headers.list[at] as string;
    if (name.toLowerCase() !== 'content-encoding') list.push(name, headers.list[at + 1] as string);
  }
  return { ...headers, list };
}

/** The head with another Location. */
export function redirectedHeaders(headers: ResponseHeaders, location: string): ResponseHeaders {
  const list = headers.list.map((text, at) =>
    at % 2 === 1 && headers.list[at - 1]?.toLowerCase() === 'location' ? location : text,
  );
  return { ...headers, list };
}

/** Text put around compressed bytes, or around a part of a page, would make it unreadable. */
export function canInjectInto(method: string, status: number, { list }: ResponseHeaders): boolean {
  if (method === 'HEAD' || status === 204 || status === 206 || status === 304) return false;
  for (let at = 0; at + 1 < list.length; at += 2) {
    if (list[at]?.toLowerCase() === 'content-encoding' && list[at + 1]?.toLowerCase() !== 'identity') return false;
  }
  return true;
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
