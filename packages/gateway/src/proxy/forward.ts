import { ERRORS, GateError } from '../errors.ts';
import { headerOf } from '../listener/strict-http.ts';
import { withoutDotSegments } from '../listener/target.ts';
import type { ActiveRoute } from './active-route.ts';
import type { Decisions } from './decisions.ts';
import type { Exchange } from './exchange.ts';
import { upstreamHeaders } from './hop-headers.ts';
import { Relay } from './relay.ts';
import { rewriteTarget } from './route.ts';
import type { Upstream } from './upstream.ts';

/**
 * Sends the request on. What comes back is the relay's business. `elsewhere` is where a rule wants it instead. Throws when too
 * many requests wait already.
 */
export function forward(exchange: Exchange, decisions: Decisions, elsewhere?: Upstream): void {
  const { head, gate } = exchange;
  const route = exchange.route as ActiveRoute;
  const upstream = elsewhere ?? route.upstream;
  const address = upstream.next(gate.config.limits.upstreamQueue);
  if (address === undefined) throw new GateError(ERRORS.upstreamBusy, upstream.name);
  const target = head.target;
  let path = target?.pathAndQuery ?? '/';
  if (target?.hasDotSegments) path = withoutDotSegments(path);
  const keepsHost = route.config.preserveHost && elsewhere === undefined;
  const options = {
    method: head.method,
    path: target?.form === 'authority' ? path : rewriteTarget(route.config, path),
    headers: upstreamHeaders(head, {
      requestId: exchange.id,
      host: keepsHost ? headerOf(head, 'host') : address.host,
      peer: exchange.peer,
      isPeerTrusted: exchange.isPeerTrusted,
      clientAddress: exchange.client.address,
      scheme: exchange.scheme,
      localPort: exchange.request.socket.localPort ?? 0,
      dropsUnderscores: gate.config.http.underscoreHeaders === 'drop',
      wantsIdentity: wantsReadableAnswer(exchange, route),
      hasNewBody: exchange.hasNewBody,
    }),
    body: exchange.body ?? null,
    // undici would close the connection after every HEAD.
    ...(head.method === 'HEAD' && { reset: false }),
    ...(head.isWebSocket && { upgrade: 'websocket' }),
    ...(address.servername !== undefined && { servername: address.servername }),
  };
  new Relay(exchange, address, options, decisions).start();
}

/** Rules can only read, and put text around, answers that come without compression. */
function wantsReadableAnswer(exchange: Exchange, route: ActiveRoute): boolean {
  const settings = exchange.firewall?.waf.settings;
  if (exchange.transaction === undefined || settings === undefined) return false;
  if (settings.disableBackendCompression || settings.contentInjection) return true;
  return settings.responseBodyAccess && route.config.inspect.responseBody;
}
