import type { RequestHead, ResponseHead } from '../../packages/engine/src/contract.ts';

/** One request and the answer to it, as the engine is fed with them. Texts are byte strings. */
export interface Exchange {
  readonly head: RequestHead;
  readonly body: string;
  readonly response: ResponseHead;
  readonly responseBody: string;
}

const plainResponse: ResponseHead = { status: 200, protocol: 'HTTP/1.1', headers: [['Content-Type', 'text/html']] };

/** An exchange from its request; the answer is an empty page unless one is given. */
export function exchange(
  head: Pick<RequestHead, 'method' | 'uri'> & Partial<RequestHead>,
  body = '',
  responseBody = '',
): Exchange {
  return { head: { protocol: 'HTTP/1.1', headers: [], ...head }, body, response: plainResponse, responseBody };
}
