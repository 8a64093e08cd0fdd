/** What a FastCGI application is told of an exchange besides method, path, headers and body. */
import type { ActiveRoute } from '../active-route.ts';
import type { Exchange } from '../exchange.ts';
import type { CgiContext } from './parameters.ts';

/** `requestUri`: path and query before the prefix of the route is replaced. */
export function cgiContext(exchange: Exchange, requestUri: string): CgiContext {
  const { config, upstream, pattern } = exchange.route as ActiveRoute;
  // A pattern may rewrite anything; there is no prefix then that stands for another.
  const outer = pattern === undefined ? withoutSlashes(config.path) : '';
  return {
    client: exchange.client,
    server: exchange.server,
    scheme: exchange.scheme,
    protocol: exchange.protocol,
    serverName: exchange.head.host?.host ?? '',
    requestUri,
    outer,
    inner: config.rewrite === undefined || pattern !== undefined ? outer : withoutSlashes(config.rewrite),
    requestId: exchange.id,
    ...(exchange.principal && { user: exchange.principal }),
    onErrorLine: (line) => exchange.note('error', `${upstream?.name}: ${line}`),
    tmpDir: exchange.gate.tmpDir,
    bodyInMemory: exchange.gate.config.limits.bodyInMemory,
    bodyMemory: exchange.gate.bodyMemory,
  };
}

function withoutSlashes(path: string): string {
  return path.replace(/\/+$/, '');
}
