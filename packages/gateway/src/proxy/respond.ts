/** Routes that need no upstream: redirections and fixed answers. */
import { ERRORS, GateError } from '../errors.ts';
import type { ActiveRoute } from './active-route.ts';
import { sendEmpty, sendPage, sendText } from './answer.ts';
import type { Exchange } from './exchange.ts';

export async function respond(exchange: Exchange): Promise<void> {
  const { redirect, answer, path } = (exchange.route as ActiveRoute).config;
  if (redirect !== undefined) {
    exchange.decidedBy = { stage: 'route', reason: 'redirect' };
    await sendEmpty(exchange, redirect.status, ['Location', locationOf(redirect.to, exchange, path)]);
  } else if (answer !== undefined) {
    exchange.decidedBy = { stage: 'route', reason: 'answer' };
    if (answer.body === undefined) await sendPage(exchange, answer.status);
    else await sendText(exchange, answer.status, answer.contentType, answer.body);
  }
}

/** The words of a redirection put in; `prefix` is the path of the route. Throws where the client has named no host and one is needed. */
export function locationOf(to: string, { head, scheme }: Pick<Exchange, 'head' | 'scheme'>, prefix: string): string {
  const uri = head.target?.pathAndQuery ?? '/';
  return to.replace(/\{(\w+)\}/g, (_, word: string) => {
    switch (word) {
      case 'scheme':
        return scheme;
      case 'host':
        if (head.host === undefined) throw new GateError(ERRORS.missingHost);
        return head.host.host;
      case 'uri':
        return uri;
      default:
        return restOf(uri, prefix.replace(/\/+$/, ''));
    }
  });
}

/** Empty where the prefix was only recognised after decoding: there is no telling what stands behind it in the raw text. */
function restOf(uri: string, prefix: string): string {
  const rest = uri.startsWith(prefix) ? uri.slice(prefix.length) : '';
  return rest === '' || rest.startsWith('/') || rest.startsWith('?') ? rest : '';
}
