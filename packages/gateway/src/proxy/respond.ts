/** Routes that need no upstream: redirections and fixed answers. */
import { ERRORS, GateError } from '../errors.ts';
import type { ActiveRoute } from './active-route.ts';
import { sendEmpty, sendPage, sendText } from './answer.ts';
import type { Exchange } from './exchange.ts';
import type { PathPattern } from './path-pattern.ts';

export async function respond(exchange: Exchange): Promise<void> {
  const { config, pattern } = exchange.route as ActiveRoute;
  const { redirect, answer, path } = config;
  if (redirect !== undefined) {
    exchange.decidedBy = { stage: 'route', reason: 'redirect' };
    await sendEmpty(exchange, redirect.status, [
      'Location',
      locationOf(filled(redirect.to, exchange, pattern), exchange, path),
    ]);
  } else if (answer !== undefined) {
    exchange.decidedBy = { stage: 'route', reason: 'answer' };
    if (answer.body === undefined) await sendPage(exchange, answer.status);
    else await sendText(exchange, answer.status, answer.contentType, answer.body);
  }
}

/** What groups of the pattern matched is put in first: nothing a client sends can spell a word of the others. */
function filled(to: string, { head }: Exchange, pattern: PathPattern | undefined): string {
  return pattern === undefined ? to : pattern.fill(to, head.target?.path ?? '/');
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
      case 'query': {
        const mark = uri.indexOf('?');
        return mark < 0 ? '' : uri.slice(mark);
      }
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
