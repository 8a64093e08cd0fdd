/** WebSocket: after both sides have agreed to switch, bytes go through unseen until one of them leaves. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Decisions } from './decisions.ts';
import type { Exchange } from './exchange.ts';
import { finish, noteEnd } from './finish.ts';
import { headerPairs, type ResponseHeaders } from './hop-headers.ts';
import { inspect } from './inspect.ts';

/** Shows the upstream's 101 to the rules, passes it to the client and joins the two sockets. */
export async function openTunnel(
  exchange: Exchange,
  upstream: Duplex,
  headers: ResponseHeaders,
  decisions: Decisions,
): Promise<void> {
  const closeUpstream = (): void => {
    upstream.destroy();
  };
  upstream.on('error', closeUpstream);
  const list = [...headers.list, 'Upgrade', 'websocket', 'Connection', 'Upgrade'];
  if (exchange.gate.identity === undefined) list.push('X-Request-Id', exchange.id);
  const verdict = await inspect(exchange, (transaction) =>
    transaction.processResponseHeaders({ status: 101, protocol: 'HTTP/1.1', headers: headerPairs(list) }),
  );
  if (verdict !== undefined) {
    closeUpstream();
    await decisions.carryOut(exchange, verdict);
    return;
  }
  const client = exchange.upgrade?.socket;
  if (client === undefined || client.destroyed) {
    closeUpstream();
    await finish(exchange);
    return;
  }
  exchange.noteHead(101, undefined, list);
  exchange.answerReady = exchange.elapsed();
  exchange.upgrade?.detach();
  let head = 'HTTP/1.1 101 Switching Protocols\r\n';
  for (let at = 0; at + 1 < list.length; at += 2) head += `${list[at]}: ${list[at + 1]}\r\n`;
  client.write(`${head}\r\n`, 'latin1');

  const { tunnelIdle } = exchange.gate.config.timeouts;
  const close = (): void => {
    client.destroy();
    upstream.destroy();
    exchange.responseBytes = (upstream as Partial<Socket>).bytesRead ?? 0;
    noteEnd(exchange);
    void finish(exchange);
  };
  client.on('error', close).on('close', close);
  upstream.on('error', close).on('close', close);
  (client as Socket).setTimeout(tunnelIdle, close);
  // Bytes the client sent before it was allowed to switch go out only now.
  if (exchange.upgrade !== undefined && exchange.upgrade.head.length > 0) upstream.write(exchange.upgrade.head);
  upstream.pipe(client);
  client.pipe(upstream);
}
