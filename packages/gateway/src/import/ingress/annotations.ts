/** Annotations of ingress-nginx as settings of routes and upstreams. */
import { randomBytes } from 'node:crypto';
import { checkCookieName, checkHost, checkPath, checkRedirect } from '../../config/checks.ts';
import { networkOf } from '../../listener/apache-network.ts';
import { sizeOf, timeOf } from '../nginx/quantities.ts';
import { accessRules, and, type DecisionList, EVERYBODY, not, only } from '../proxy/decision-list.ts';
import type { Settings } from '../proxy/draft.ts';
import type { Ledger } from '../proxy/ledger.ts';
import type { RuleFiles } from '../proxy/rule-files.ts';
import type { Ingress, Word } from './manifest.ts';

/** What the annotations of an Ingress mean for all of its paths. */
export interface Meaning {
  readonly route: Settings;
  readonly upstream: Settings;
  isSecureBackend: boolean;
  usesPatterns: boolean;
  /** `{1}` for groups. */
  rewrite: string | undefined;
  redirect: { readonly to: string; readonly status: number } | undefined;
  appRoot: Word | undefined;
  /** Undefined: where there is TLS. */
  redirectsToTls: boolean | undefined;
  /** Nobody gets in, whatever else is said. */
  isClosed: boolean;
  readonly aliases: readonly string[];
}

interface Place {
  readonly meaning: Meaning & { aliases: readonly string[] };
  readonly ledger: Ledger;
  readonly rules: RuleFiles;
  readonly canWriteRules: boolean;
  may: DecisionList;
}

type Take = (word: Word, place: Place) => void;

const isTrue = ({ text }: Word): boolean => text.toLowerCase() === 'true';

/** Sets a key of the upstream to what `value` makes of the text. */
function upstream(keys: readonly string[], value: (text: string) => unknown): Take {
  return ({ text, at }, { meaning, ledger }) => {
    const made = value(text);
    if (made === undefined) {
      ledger.leftOut(at, `"${text}" is nothing for ${keys.join(', ')}`);
      return;
    }
    for (const key of keys) meaning.upstream[key] = made;
    ledger.carried(at, `upstreams: ${keys.join(', ')} ${String(made)}`);
  };
}

const seconds = (text: string): string | undefined => (/^\d+$/.test(text) ? timeOf(`${text}s`) : timeOf(text));

/** Users are not known from here, so nobody is let in. */
const closed: Take = ({ at }, { meaning, ledger }) => {
  meaning.isClosed = true;
  ledger.leftOut(at, 'whom that lets in is not known here: closed for everybody until routes[].auth says');
};

const listed =
  (allows: boolean): Take =>
  ({ text, at }, place) => {
    const words = text.split(',').map((one) => one.trim());
    const networks = words.map(networkOf);
    if (networks.includes(undefined)) {
      place.meaning.isClosed = true;
      place.ledger.leftOut(at, `"${text}" has words that are no networks: closed for everybody`);
      return;
    }
    const list = only(networks.flatMap((one) => one ?? []));
    place.may = and(place.may, allows ? list : not(list));
    place.ledger.carried(at, `routes: access, ${allows ? 'allow' : 'deny'} ${networks.join(', ')}`);
  };

const redirect =
  (status: number): Take =>
  ({ text, at }, { meaning, ledger }) => {
    const to = text.replaceAll('$request_uri', '{uri}').replaceAll('$host', '{host}').replaceAll('$scheme', '{scheme}');
    const mistake = checkRedirect(to) ?? (to.includes('$') ? 'it has variables that are not known here' : undefined);
    if (mistake !== undefined) {
      meaning.isClosed = true;
      ledger.leftOut(at, `${mistake}: closed`);
      return;
    }
    meaning.redirect = { to, status };
    ledger.carried(at, `routes: redirect ${status} ${to}`);
  };

const ANNOTATIONS: Readonly<Record<string, Take>> = {
  __proto__: null as never,
  'rewrite-target': ({ text, at }, { meaning, ledger }) => {
    meaning.usesPatterns = true;
    meaning.rewrite = text.replace(/\$([1-9])/g, '{$1}');
    ledger.carried(at, `routes: rewrite_whole ${meaning.rewrite}`);
  },
  'use-regex': (word, { meaning, ledger }) => {
    meaning.usesPatterns ||= isTrue(word);
    ledger.carried(word.at, isTrue(word) ? 'routes: pattern' : 'paths are prefixes');
  },
  'app-root': (word, { meaning, ledger }) => {
    if (checkPath(word.text) === undefined) meaning.appRoot = word;
    else ledger.leftOut(word.at, `"${word.text}" is no path`);
  },
  'ssl-redirect': (word, { meaning, ledger }) => {
    meaning.redirectsToTls = isTrue(word) ? undefined : false;
    ledger.carried(word.at, isTrue(word) ? 'so it is where there is TLS' : 'no redirection to https');
  },
  'force-ssl-redirect': (word, { meaning, ledger }) => {
    if (isTrue(word)) meaning.redirectsToTls = true;
    ledger.carried(word.at, isTrue(word) ? 'routes: redirect to https' : 'so it is');
  },
  'permanent-redirect': redirect(301),
  'temporal-redirect': redirect(302),
  'whitelist-source-range': listed(true),
  'allowlist-source-range': listed(true),
  'denylist-source-range': listed(false),
  'proxy-body-size': ({ text, at }, { meaning, ledger }) => {
    const bytes = sizeOf(text);
    if (bytes === undefined) ledger.leftOut(at, `"${text}" is no size`);
    else {
      meaning.route['max_body'] = bytes;
      ledger.carried(at, `routes: max_body ${bytes}`);
    }
  },
  'proxy-connect-timeout': upstream(['connect_timeout'], seconds),
  'proxy-read-timeout': upstream(['response_timeout', 'idle_timeout'], seconds),
  'proxy-next-upstream': upstream(['retry'], (text) => (text === 'off' ? { attempts: 0 } : { attempts: 1 })),
  'load-balance': upstream(['balance'], (text) => ({ round_robin: 'round_robin', ewma: 'least_busy' })[text]),
  'upstream-hash-by': ({ text, at }, { meaning, ledger }) => {
    const by = /^\$(binary_)?remote_addr$/.test(text)
      ? 'address'
      : /^\$(request_uri|uri)$/.test(text)
        ? 'uri'
        : undefined;
    if (by === undefined) {
      ledger.leftOut(at, `${text} is nothing that can be hashed by`);
      return;
    }
    Object.assign(meaning.upstream, { balance: 'hash', hash_by: by });
    ledger.carried(at, `upstreams: balance hash, hash_by ${by}`);
  },
  affinity: ({ text, at }, { meaning, ledger }) => {
    if (text !== 'cookie') {
      ledger.leftOut(at, 'sessions are bound by a cookie only');
      return;
    }
    meaning.upstream['sticky'] ??= { cookie: 'INGRESSCOOKIE', secret: randomBytes(24).toString('base64url') };
    ledger.carried(
      at,
      'upstreams: sticky',
      'a service has one address here: its name is to be resolved to those behind it',
    );
  },
  'session-cookie-name': ({ text, at }, { meaning, ledger }) => {
    if (checkCookieName(text) !== undefined) ledger.leftOut(at, checkCookieName(text) as string);
    else {
      const known = meaning.upstream['sticky'] as Settings | undefined;
      meaning.upstream['sticky'] = { secret: randomBytes(24).toString('base64url'), ...known, cookie: text };
      ledger.carried(at, `upstreams: sticky.cookie ${text}`);
    }
  },
  'upstream-vhost': ({ text, at }, { meaning, ledger }) => {
    if (checkHost(text) !== undefined) ledger.leftOut(at, checkHost(text) as string);
    else {
      meaning.route['send_host'] = text;
      ledger.carried(at, `routes: send_host ${text}`);
    }
  },
  'backend-protocol': ({ text, at }, { meaning, ledger }) => {
    if (/^https?$/i.test(text)) {
      meaning.isSecureBackend = text.toUpperCase() === 'HTTPS';
      ledger.carried(at, `upstreams: ${text.toLowerCase()}://`, 'certificates of https:// upstreams are verified');
    } else {
      meaning.isClosed = true;
      ledger.leftOut(at, `${text} is not spoken to applications: closed`);
    }
  },
  'server-alias': ({ text, at }, { meaning, ledger }) => {
    meaning.aliases = [...meaning.aliases, ...text.split(/[,\s]+/).filter((one) => one !== '')];
    ledger.carried(at, `routes: hosts ${text}`);
  },
  'enable-modsecurity': (word, { meaning, ledger }) => {
    meaning.route['waf'] = isTrue(word) ? 'on' : 'off';
    ledger.carried(word.at, `routes: waf ${isTrue(word) ? 'on' : 'off'}`);
  },
  'enable-owasp-core-rules': (word, { ledger }) =>
    ledger.carried(word.at, 'an installed Core Rule Set is taken by itself: sallyport crs install'),
  'modsecurity-snippet': ({ text, at }, { ledger, rules, canWriteRules }) => {
    if (!canWriteRules) {
      ledger.leftOut(at, 'rules need a file of their own: give -o');
      return;
    }
    rules.addLine(text.trimEnd(), at);
    ledger.noted(at, 'rules are the same for all routes');
  },
  'auth-type': closed,
  'auth-url': closed,
  'auth-tls-secret': closed,
};

/** Reasons for what is left out, by the beginning of the name. */
const REASONS: readonly (readonly [names: RegExp, reason: string])[] = [
  [/^(configuration|server|auth|stream)-snippet$/, 'directives of nginx: sallyport import nginx reads such'],
  [/^(auth|global-auth|satisfy|enable-global-auth)/, 'it belongs to who is let in'],
  [/^limit-/, 'see floods in the reference'],
  [/^(canary|mirror)/, 'requests are not divided among several versions'],
  [/^(enable-cors|cors-)/, 'the application answers cross-origin requests itself; response_headers sets fixed headers'],
  [
    /^(enable-(access|rewrite)-log|enable-opentelemetry|opentelemetry|enable-opentracing|opentracing)/,
    'see logs and tracing',
  ],
  [
    /^(proxy-buffer|proxy-buffering|proxy-busy|proxy-max|proxy-request|proxy-http|proxy-send|client-body|connection-)/,
    'not needed: answers stream with back-pressure',
  ],
  [/^(ssl-|proxy-ssl-)/, 'TLS has the defaults of today; upstreams: tls'],
  [/^(session-cookie|affinity)/, 'the cookie has the attributes that are safe'],
];

/** Reads all annotations; `rules` gets those of ModSecurity. */
export function meaningOf(
  ingress: Ingress,
  tools: { readonly ledger: Ledger; readonly rules: RuleFiles; readonly canWriteRules: boolean },
): Meaning {
  const place: Place = {
    ...tools,
    may: EVERYBODY,
    meaning: {
      // As ingress-nginx does without being told.
      route: { max_body: 1024 * 1024 },
      upstream: { connect_timeout: '5 s' },
      isSecureBackend: false,
      usesPatterns: false,
      rewrite: undefined,
      redirect: undefined,
      appRoot: undefined,
      redirectsToTls: undefined,
      isClosed: false,
      aliases: [],
    },
  };
  for (const [name, word] of ingress.annotations) {
    const take = ANNOTATIONS[name];
    if (take !== undefined) take(word, place);
    else
      tools.ledger.leftOut(word.at, REASONS.find(([names]) => names.test(name))?.[1] ?? 'the gate has nothing like it');
  }
  const access = accessRules(place.may);
  if (access.length > 0) place.meaning.route['access'] = access;
  return place.meaning;
}
