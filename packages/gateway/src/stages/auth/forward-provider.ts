import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import type { ForwardProviderConfig } from '../../config/sections/auth/forward.ts';
import { trimBlanks } from '../../listener/header-text.ts';
import { headerOf } from '../../listener/strict-http.ts';
import type { Exchange } from '../../proxy/exchange.ts';
import { timeLimit } from '../../time-limit.ts';
import { type AuthProvider, AuthUnavailable, type Finding, isUsableName, type Rejection } from './principal.ts';

/** Connections to the server that is asked, and questions that may wait for one. */
const CONNECTIONS = 32;
const WAITING = 1000;
/** Bytes of its answers that are read and thrown away. */
const LONGEST_BODY = 64 * 1024;
const MOST_GROUPS = 1000;

type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Whoever another server says it is. It is asked for every request, and what it does not say clearly lets nobody in. */
export class ForwardProvider implements AuthProvider {
  readonly kind = 'forward';
  readonly name: string;
  readonly place = undefined;
  readonly passesCredentials = true;
  readonly #config: ForwardProviderConfig;
  readonly #agent: Agent;
  #asking = 0;

  /** Throws when the file of certificates cannot be read. */
  constructor(name: string, config: ForwardProviderConfig) {
    this.name = name;
    this.#config = config;
    const ca = config.ca === undefined ? undefined : readFileSync(config.ca, 'utf8');
    this.#agent = new Agent({
      connections: CONNECTIONS,
      connect: { timeout: config.timeout, ...(ca !== undefined && { ca }) },
    });
  }

  async identify(exchange: Exchange): Promise<Finding> {
    const { status, headers } = await this.#ask(exchange);
    if (status >= 200 && status < 300) return this.#principalOf(headers);
    if (status !== 401 && status !== 403) throw this.#unavailable(`it answers ${status}`);
    const challenge = headerText(headers['www-authenticate']);
    return {
      rejection: {
        reason: `${this.name} refuses it with ${status}`,
        description: 'The credentials are not good',
        isGuess: headerOf(exchange.head, 'authorization') !== undefined,
        ...(status === 401 && challenge !== undefined && isPrintable(challenge) && { challenge }),
      },
    };
  }

  /** What the other server wants; nothing where it has not said. */
  challenge(rejection: Rejection | undefined): string | undefined {
    return rejection?.challenge;
  }

  async #ask(exchange: Exchange): Promise<{ readonly status: number; readonly headers: AnswerHeaders }> {
    const { url, timeout } = this.#config;
    if (this.#asking >= WAITING) throw this.#unavailable('too many requests wait for it');
    this.#asking++;
    try {
      const { statusCode, headers, body } = await request(url, {
        dispatcher: this.#agent,
        headers: this.#questionOf(exchange),
        signal: timeLimit(timeout),
      });
      await body.dump({ limit: LONGEST_BODY });
      return { status: statusCode, headers };
    } catch (cause) {
      throw this.#unavailable((cause as Error).message || (cause as Error).name, cause);
    } finally {
      this.#asking--;
    }
  }

  /** Names and values in turn. */
  #questionOf({ head, scheme, client, id }: Exchange): string[] {
    const list = this.#config.requestHeaders.flatMap((name) => {
      const value = headerOf(head, name.toLowerCase());
      return value === undefined ? [] : [name, value];
    });
    list.push(
      ...['X-Forwarded-Method', head.method, 'X-Forwarded-Uri', head.target?.pathAndQuery ?? '/'],
      ...['X-Forwarded-Proto', scheme, 'X-Forwarded-For', client.address, 'X-Request-Id', id],
    );
    const host = headerOf(head, 'host');
    if (host !== undefined) list.push('X-Forwarded-Host', host);
    return list;
  }

  #principalOf(headers: AnswerHeaders): Finding {
    const { userHeader, groupsHeader } = this.#config;
    const user = headerText(headers[userHeader.toLowerCase()]) ?? '';
    const groups = (headerText(headers[groupsHeader.toLowerCase()]) ?? '').split(',').map(trimBlanks);
    const named = groups.filter((one) => one !== '');
    if (!isUsableName(user)) throw this.#unavailable(`its answer has no usable ${userHeader}`);
    if (named.length > MOST_GROUPS || !named.every(isUsableName))
      throw this.#unavailable(`its answer has no usable ${groupsHeader}`);
    return { principal: { user, groups: named, provider: this.name, type: 'Forward' } };
  }

  #unavailable(reason: string, cause?: unknown): AuthUnavailable {
    return new AuthUnavailable(`${this.name} at ${this.#config.url}: ${reason}`, { cause });
  }
}

/** Undefined too for a header that is there twice: nobody can tell which one counts. */
function headerText(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isPrintable(text: string): boolean {
  return /^[\x20-\x7e]+$/.test(text);
}
