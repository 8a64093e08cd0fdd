import { connectionOf } from '../adapter/connection.ts';
import type { Decision } from '../adapter/decision.ts';
import { Inspection, type Reading } from '../adapter/inspection.ts';
import type { ProtectOptions } from '../adapter/options.ts';
import type { BodyRewrite, ResponseRewrite } from '../adapter/rewrite.ts';
import type { RequestHead, ResponseHead, Waf } from '../contract.ts';

/** A handler; `context` is whatever the platform hands over besides the request. */
export type FetchHandler<R extends Request, Context extends readonly unknown[]> = (
  request: R,
  ...context: Context
) => Response | Promise<Response>;

/** The options of every adapter; the client's address may come from what the platform hands over. */
export interface FetchProtectOptions<R extends Request, Context extends readonly unknown[]>
  extends Omit<ProtectOptions<R>, 'clientAddress'> {
  /** REMOTE_ADDR; empty by default, as requests do not say who sent them. */
  readonly clientAddress?: (request: R, ...context: Context) => string;
}

/**
 * Puts the engine in front of a handler: phases 1 and 2 run before it, 3 to 5 before its answer is handed on. The handler
 * gets the same request object and the platform the same response object; bodies that rules want are looked at through
 * clones, up to the limits, and everything else streams.
 *
 * The platform shows a request only after parsing it: the URL is normalized, headers are sorted and joined, and nothing
 * says who the client is. Name it with `clientAddress`; without that, REMOTE_ADDR is empty. `drop` answers like `deny`, because
 * a handler cannot cut the connection.
 *
 * @example
 * export default { fetch: protectFetch(waf, app.fetch, { clientAddress: (request) => request.headers.get('cf-connecting-ip') ?? '' }) };
 */
export function protectFetch<R extends Request, Context extends readonly unknown[]>(
  waf: Waf,
  handler: FetchHandler<R, Context>,
  options: FetchProtectOptions<R, Context> = {},
): (request: R, ...context: Context) => Promise<Response> {
  return async (request, ...context) => {
    const { clientAddress, ...rest } = options;
    const bound: ProtectOptions<R> = clientAddress
      ? { ...rest, clientAddress: (one) => clientAddress(one, ...context) }
      : rest;
    const inspection = new Inspection(waf, bound, request);
    let sent: ResponseHead | undefined;
    try {
      const refusal = await inspectRequest(inspection, bound, request);
      const response =
        refusal === undefined
          ? await handler(rewriteRequest(request, inspection.requestRewrite), ...context)
          : undefined;
      const answer =
        response === undefined
          ? await pageOf(inspection, refusal as Decision)
          : await inspectResponse(inspection, response);
      sent = responseHeadOf(answer);
      return answer;
    } finally {
      await inspection.close(sent === undefined ? {} : { response: sent });
    }
  };
}

async function inspectRequest<R extends Request>(
  inspection: Inspection<R>,
  options: ProtectOptions<R>,
  request: R,
): Promise<Decision | undefined> {
  const refusal = await inspection.requestHead(
    () =>
      connectionOf(options, request, {
        clientAddress: '',
        clientPort: 0,
        serverAddress: '',
        serverPort: portOf(request),
      }),
    () => requestHeadOf(request),
  );
  if (refusal !== undefined) return refusal;
  if (request.body !== null && inspection.wantsRequestBody) {
    const verdict = request.bodyUsed
      ? inspection.fail(new Error('the request body was read before the firewall saw it'))
      : await show(request, (chunk) => inspection.requestChunk(chunk));
    if (verdict !== undefined) return verdict;
  }
  return inspection.requestBody();
}

async function inspectResponse<R>(inspection: Inspection<R>, response: Response): Promise<Response> {
  let refusal = await inspection.responseHead(responseHeadOf(response));
  if (refusal === undefined && response.body !== null && inspection.wantsResponseBody) {
    refusal = response.bodyUsed
      ? inspection.fail(new Error('the response body was read before the firewall saw it'))
      : await show(response, (chunk) => inspection.responseChunk(chunk));
  }
  refusal ??= await inspection.responseBody();
  if (refusal === undefined) return rewriteResponse(response, inspection.responseRewrite);
  await response.body?.cancel();
  return pageOf(inspection, refusal);
}

/**
 * Reads a clone until the rules have enough. What was read waits in the original, as the two share one source; after the
 * clone is cancelled the original streams alone, with back-pressure.
 */
async function show(message: Request | Response, take: (chunk: Uint8Array) => Reading): Promise<Decision | undefined> {
  const reader = (message.clone().body as ReadableStream<Uint8Array>).getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const reading = take(piece.value);
    if (reading === 'more') continue;
    // Settles only when the other side is cancelled too, so nobody waits for it.
    reader.cancel().catch(() => undefined);
    return reading === 'enough' ? undefined : reading;
  }
  return undefined;
}

/** Rules that change a body cost the request its identity: what the platform added to the object is not in the new one. */
function rewriteRequest<R extends Request>(request: R, rewrite: BodyRewrite | undefined): R {
  if (rewrite === undefined || request.body === null) return request;
  const headers = new Headers(request.headers);
  headers.delete('content-length');
  const body = request.body.pipeThrough(streamOf(rewrite));
  return new Request(request, { headers, body, duplex: 'half' } as RequestInit) as R;
}

function rewriteResponse(response: Response, rewrite: ResponseRewrite | undefined): Response {
  if (rewrite === undefined) return response;
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  if (rewrite.location !== undefined) headers.set('location', rewrite.location);
  if (rewrite.body !== undefined) headers.delete('content-length');
  const body = rewrite.body === undefined ? response.body : response.body?.pipeThrough(streamOf(rewrite.body));
  return new Response(body ?? null, { status, statusText, headers });
}

function streamOf(rewrite: BodyRewrite): TransformStream<Uint8Array, Uint8Array> {
  const give = (chunk: Uint8Array, controller: TransformStreamDefaultController<Uint8Array>): void => {
    if (chunk.length > 0) controller.enqueue(chunk);
  };
  return new TransformStream({
    start: (controller) => give(rewrite.begin(), controller),
    transform: (chunk, controller) => give(rewrite.pass(chunk), controller),
    flush: (controller) => give(rewrite.end(), controller),
  });
}

async function pageOf<R>(inspection: Inspection<R>, decision: Decision): Promise<Response> {
  const { status, headers, body } = await inspection.page(decision);
  return new Response(body as Uint8Array<ArrayBuffer> | null, { status, headers });
}

/** Headers as the platform keeps them: lower case, sorted, joined. HTTP/2 and later have no Host; the URL knows it. */
function requestHeadOf(request: Request): RequestHead {
  const { host, pathname, search } = new URL(request.url);
  const headers = [...request.headers];
  if (!request.headers.has('host')) headers.unshift(['host', host]);
  return { method: request.method, uri: `${pathname}${search}`, protocol: 'HTTP/1.1', headers };
}

function responseHeadOf({ status, statusText, headers }: Response): ResponseHead {
  return { status, protocol: 'HTTP/1.1', headers: [...headers], ...(statusText && { reason: statusText }) };
}

function portOf(request: Request): number {
  const { port, protocol } = new URL(request.url);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
