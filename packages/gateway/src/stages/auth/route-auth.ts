import type { RouteAuthConfig } from '../../config/sections/auth/route-auth.ts';
import { ERRORS, GateError } from '../../errors.ts';
import type { Exchange } from '../../proxy/exchange.ts';
import { type AccessFacts, compileRules, type Decide } from './access-rules.ts';
import type { Authentication } from './authentication.ts';
import type { Memberships } from './group-file.ts';
import {
  type AuthProvider,
  AuthUnavailable,
  type CredentialPlace,
  type Finding,
  type Principal,
  type Rejection,
} from './principal.ts';

/** What became of a request that had to say who it is from; metrics count these. */
export type AuthOutcome = 'known' | 'missing' | 'wrong' | 'forbidden' | 'held' | 'unavailable';

/** Who may have one route. */
export class RouteAuth {
  /** What does not go on to the application, wherever it comes from. */
  readonly hidden: readonly CredentialPlace[];
  /** What no log of the rules shows. */
  readonly secrets: { readonly headers: readonly string[]; readonly cookies: readonly string[] };
  readonly #providers: readonly AuthProvider[];
  readonly #decide: Decide;
  readonly #groups: Authentication['groups'];

  /** Throws when a provider is not there. */
  constructor({ providers, require }: RouteAuthConfig, authentication: Authentication) {
    this.#providers = providers.map((name) => {
      const provider = authentication.providers.get(name);
      if (provider === undefined) throw new Error(`there is no provider "${name}"`);
      return provider;
    });
    this.#decide = compileRules(require, authentication.config.policies);
    this.#groups = authentication.groups;
    this.hidden = this.#providers.flatMap(({ place, passesCredentials }) => (passesCredentials ? [] : (place ?? [])));
    const places = this.#providers.flatMap(({ place }) => place ?? []);
    this.secrets = {
      headers: places.flatMap(({ header }) => header ?? []),
      cookies: places.flatMap(({ cookie }) => cookie ?? []),
    };
  }

  /**
   * Lets a request through, and leaves in `exchange.principal` who it is from where the rules wanted to know. Throws, or rejects,
   * with the refusal. Credentials are looked at only if they matter.
   */
  admit(exchange: Exchange): undefined | Promise<undefined> {
    const verdict = this.#decide(factsOf(exchange, undefined));
    if (verdict === 'granted') return undefined;
    if (verdict !== 'login') throw new GateError(ERRORS.accessDenied, 'whoever it is');
    return this.#identify(exchange, 0, []);
  }

  /** Asks provider after provider until one knows the client. What is known at once is decided at once. */
  #identify(exchange: Exchange, from: number, rejected: readonly Rejected[]): undefined | Promise<undefined> {
    let failures = rejected;
    for (let at = from; at < this.#providers.length; at++) {
      const provider = this.#providers[at] as AuthProvider;
      const found = this.#ask(provider, exchange);
      if (found instanceof Promise) {
        const before = failures;
        return found.then((one) =>
          one?.principal !== undefined
            ? this.#authorize(exchange, one.principal)
            : this.#identify(exchange, at + 1, noting(before, provider, one)),
        );
      }
      if (found?.principal !== undefined) return this.#authorize(exchange, found.principal);
      failures = noting(failures, provider, found);
    }
    return this.#refuse(exchange, failures);
  }

  /** A provider that cannot tell is one that has not told; if no other knows the client, the request is refused with 503. */
  #ask(provider: AuthProvider, exchange: Exchange): Answer | Promise<Answer> {
    const unavailable = (cause: unknown): Answer => {
      if (cause instanceof AuthUnavailable) return { unavailable: cause };
      throw cause;
    };
    try {
      const found = provider.identify(exchange);
      return found instanceof Promise ? found.catch(unavailable) : found;
    } catch (cause) {
      return unavailable(cause);
    }
  }

  #authorize(exchange: Exchange, principal: Principal): undefined | Promise<undefined> {
    const decide = (all: Memberships | undefined): undefined =>
      this.#decideFor(exchange, withGroups(principal, all?.get(principal.user)));
    const refuse = (cause: unknown): never => {
      if (!(cause instanceof AuthUnavailable)) throw cause;
      exchange.auth = { provider: principal.provider, outcome: 'unavailable' };
      throw new GateError(ERRORS.authUnavailable, cause.message, cause);
    };
    try {
      const memberships = this.#groups?.get();
      return memberships instanceof Promise ? memberships.then(decide).catch(refuse) : decide(memberships);
    } catch (cause) {
      return refuse(cause);
    }
  }

  #decideFor(exchange: Exchange, principal: Principal): undefined {
    exchange.principal = principal;
    if (this.#decide(factsOf(exchange, principal)) === 'granted') {
      exchange.auth = { provider: principal.provider, outcome: 'known' };
      return undefined;
    }
    exchange.auth = { provider: principal.provider, outcome: 'forbidden' };
    throw new GateError(ERRORS.accessDenied, `${JSON.stringify(principal.user)}, known by ${principal.provider}`);
  }

  #refuse(exchange: Exchange, failures: readonly Rejected[]): never {
    const [first] = failures;
    const held = failures.find(({ rejection }) => rejection?.heldFor !== undefined);
    const away = failures.find(({ unavailable }) => unavailable !== undefined);
    const name = (held ?? away ?? first ?? { provider: this.#providers[0] }).provider?.name ?? '';
    if (held?.rejection?.heldFor !== undefined) {
      exchange.auth = { provider: name, outcome: 'held' };
      throw new GateError(ERRORS.loginsHeld, held.rejection.reason).withRetryAfter(held.rejection.heldFor);
    }
    if (away?.unavailable !== undefined) {
      exchange.auth = { provider: name, outcome: 'unavailable' };
      throw new GateError(ERRORS.authUnavailable, away.unavailable.message, away.unavailable);
    }
    const guess = failures.find(({ rejection }) => rejection?.isGuess === true);
    if (guess !== undefined) exchange.gate.floods.loginFailed(exchange.client.address, guess.rejection?.user);
    exchange.auth = { provider: name, outcome: first === undefined ? 'missing' : 'wrong' };
    const challenges = this.#challenges(failures);
    const kind = first === undefined ? ERRORS.credentialsMissing : ERRORS.credentialsRefused;
    // Without a scheme to ask for, 401 would be no answer (RFC 9110 §15.5.2): certificates cannot be asked for by a header.
    const refusal = new GateError(
      challenges.length === 0 ? ERRORS.accessDenied : kind,
      failures.length === 0 ? undefined : failures.map(({ rejection }) => rejection?.reason).join('; '),
    );
    throw refusal.withHeaders(challenges.flatMap((value) => ['WWW-Authenticate', value]));
  }

  /** One header for each scheme: some clients do not find the second in a list. */
  #challenges(failures: readonly Rejected[]): readonly string[] {
    const challenges = this.#providers.flatMap((provider) => {
      const failure = failures.find((one) => one.provider === provider);
      return provider.challenge(failure?.rejection) ?? [];
    });
    return [...new Set(challenges)];
  }
}

interface Rejected {
  readonly provider: AuthProvider;
  readonly rejection?: Rejection;
  readonly unavailable?: AuthUnavailable;
}

type Answer =
  | Finding
  | undefined
  | { readonly unavailable: AuthUnavailable; readonly principal?: undefined; readonly rejection?: undefined };

function noting(failures: readonly Rejected[], provider: AuthProvider, answer: Answer): readonly Rejected[] {
  if (answer === undefined || answer.principal !== undefined) return failures;
  if ('unavailable' in answer) return [...failures, { provider, unavailable: answer.unavailable }];
  return [...failures, { provider, rejection: answer.rejection }];
}

function withGroups(principal: Principal, more: readonly string[] | undefined): Principal {
  return more === undefined ? principal : { ...principal, groups: [...new Set([...principal.groups, ...more])] };
}

function factsOf(exchange: Exchange, principal: Principal | undefined): AccessFacts {
  return {
    principal,
    clientAddress: exchange.client.address,
    serverAddress: exchange.server.address,
    method: exchange.head.method,
  };
}
