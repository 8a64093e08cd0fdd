import { headerOf } from '../listener/strict-http.ts';
import { withoutDotSegments } from '../listener/target.ts';
import { passIdentity } from '../stages/auth/upstream-identity.ts';
import type { ActiveRoute } from './active-route.ts';
import type { UpstreamAddress } from './balance/address.ts';
import { BodyStream } from './body-stream.ts';
import { editHeaders } from './edit-headers.ts';
import type { Exchange } from './exchange.ts';
import { cgiContext } from './fastcgi/context.ts';
import type { FastCgiOptions } from './fastcgi/request.ts';
import { upstreamHeaders } from './hop-headers.ts';
import { rewriteTarget } from './route.ts';
import { passedTrailers } from './trailers.ts';
import type { Upstream } from './upstream.ts';

/** The request as an address of an upstream gets it: target, headers and body that were inspected, framing made anew. */
export function upstreamRequest(exchange: Exchange, upstream: Upstream, { place }: UpstreamAddress): FastCgiOptions {
  const { head, gate } = exchange;
  const route = exchange.route as ActiveRoute;
  const target = head.target;
  let path = target?.pathAndQuery ?? '/';
  if (target?.hasDotSegments) path = withoutDotSegments(path);
  const requestUri = path;
  if (target?.form !== 'authority') path = rewriteTarget(route, path, target?.path ?? '/');
  const { requestHeaders } = route.config;
  const received = upstreamHeaders(head, {
    requestId: exchange.id,
    host: hostFor(exchange, route, upstream, place.host),
    peer: exchange.peer,
    isPeerTrusted: exchange.isPeerTrusted,
    clientAddress: exchange.client.address,
    scheme: exchange.scheme,
    localPort: exchange.server.port,
    identity: exchange.clientIdentity,
    trace: exchange.trace,
    dropsMethodOverrides: !gate.config.http.methodOverrides,
    dropsUnderscores: gate.config.http.underscoreHeaders === 'drop',
    wantsIdentity: wantsReadableAnswer(exchange),
    hasNewBody: exchange.hasNewBody,
    hidesRange: exchange.hidesRange,
  });
  const listed = trailersThatPass(exchange);
  if (listed.length > 0) received.push('trailer', listed.join(', '));
  const headers = passIdentity(received, exchange);
  return {
    method: head.method,
    path: place.base === '' ? path : place.base + path,
    headers: requestHeaders === undefined ? headers : editHeaders(headers, requestHeaders),
    body: exchange.body ?? null,
    // undici would close the connection after every HEAD.
    ...(head.method === 'HEAD' && { reset: false }),
    ...(head.isWebSocket && { upgrade: 'websocket' }),
    ...(listed.length > 0 && { trailers: () => passedTrailers(exchange.request.rawTrailers ?? [], listed) }),
    ...(place.protocol === 'fastcgi' && { cgi: cgiContext(exchange, requestUri) }),
    ...(place.servername !== undefined && { servername: place.servername }),
  };
}

/**
 * Trailers that may follow the request. They come behind a body in chunks only. Where rules look at the request there are none: rules decide
 * by what they have seen, and no rule sees trailers.
 */
function trailersThatPass({ head, route, body, transaction }: Exchange): readonly string[] {
  const listed = route?.config.requestTrailers ?? [];
  return head.isChunked && body instanceof BodyStream && transaction === undefined ? listed : [];
}

/** Undefined leaves it as the client sent it. Where a rule sends the request, nobody knows the names of this site. */
function hostFor(
  { head }: Exchange,
  { config, upstream: own }: ActiveRoute,
  upstream: Upstream,
  host: string,
): string | undefined {
  if (upstream !== own) return host;
  return config.sendHost ?? (config.preserveHost ? headerOf(head, 'host') : host);
}

/** Rules can only read, and put text around, answers that come without compression. */
function wantsReadableAnswer({ firewall, transaction, inspectedAs }: Exchange): boolean {
  const settings = firewall?.waf.settings;
  if (transaction === undefined || settings === undefined) return false;
  if (settings.disableBackendCompression || settings.contentInjection) return true;
  return settings.responseBodyAccess && inspectedAs?.config.inspect.responseBody === true;
}
