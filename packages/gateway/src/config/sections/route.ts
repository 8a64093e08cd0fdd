/** `routes[]`: which requests go where, and what happens to them on the way. */
import { checkHost, checkHostPattern, checkPath } from '../checks.ts';
import { choice, defaultsOf, flag, listOf, section, size, type Table, text } from '../field.ts';
import { type RouteAuthConfig, routeAuth } from './auth/route-auth.ts';
import { type InspectConfig, inspect } from './inspect.ts';
import {
  editedHeaders,
  type FixedAnswerConfig,
  fixedAnswer,
  type HeaderEditsConfig,
  type RedirectConfig,
  redirect,
} from './route-actions.ts';
import { type RouteMatchConfig, routeMatch } from './route-match.ts';
import { type RouteTrafficConfig, routeTraffic } from './route-traffic.ts';
import { type RouteTrailersConfig, routeTrailers } from './route-trailers.ts';
import { serverTimingFlag } from './server-timing.ts';

/** `detection` evaluates every rule and refuses nothing. */
export type WafMode = 'on' | 'detection' | 'off';

export interface RouteConfig extends RouteMatchConfig, RouteTrailersConfig {
  /** How the client is connected; either way when absent. */
  readonly scheme?: 'http' | 'https';
  readonly hosts: readonly string[];
  readonly path: string;
  readonly exact: boolean;
  /** One of the three. */
  readonly upstream?: string;
  readonly redirect?: RedirectConfig;
  readonly answer?: FixedAnswerConfig;
  readonly rewrite?: string;
  readonly preserveHost: boolean;
  readonly sendHost?: string;
  readonly rewriteAnswers: boolean;
  readonly requestHeaders?: HeaderEditsConfig;
  readonly responseHeaders?: HeaderEditsConfig;
  readonly websocket: boolean;
  /** Everybody may have it when absent. */
  readonly auth?: RouteAuthConfig;
  readonly waf: WafMode;
  /** Name of a rule set; the rules of `rules` when absent. */
  readonly ruleSet?: string;
  readonly serverTiming: boolean;
  readonly inspect: InspectConfig;
  readonly maxBody?: number;
  readonly traffic: RouteTrafficConfig;
  /** Methods whose requests may have a body. */
  readonly bodyMethods: readonly string[];
}

export const route: Table<RouteConfig> = {
  scheme: {
    type: choice('http', 'https'),
    isOptional: true,
    summary: 'Serve only clients that are connected so; both when absent.',
  },
  hosts: {
    type: listOf(text('host name', checkHostPattern)),
    default: [],
    summary: 'Host names this route serves, `*.example.org` for all names below; every host when empty.',
  },
  path: {
    type: text('path', checkPath),
    default: '/',
    summary: 'Path prefix, in whole segments: `/blog` takes `/blog` and `/blog/x`, not `/blogx`. The longest wins.',
  },
  exact: { type: flag(), default: false, summary: 'Take this very path only, before all prefixes.' },
  ...routeMatch,
  ...routeTrailers,
  upstream: {
    type: text('name of an upstream'),
    isOptional: true,
    summary: 'Where requests go. A route has this, `redirect` or `answer`.',
  },
  redirect: { type: redirect, isOptional: true, summary: 'Send the client elsewhere.' },
  answer: { type: fixedAnswer, isOptional: true, summary: 'Answer without asking an upstream; a status is enough.' },
  rewrite: {
    type: text('path', checkPath),
    isOptional: true,
    summary: 'Put this in place of the matched prefix: `/` strips it.',
  },
  preserveHost: {
    type: flag(),
    default: true,
    summary: "Send the client's Host header on; otherwise the host of the upstream.",
  },
  sendHost: {
    type: text('host name', checkHost),
    isOptional: true,
    summary: 'Host header for the upstream, whatever the client sent.',
  },
  rewriteAnswers: {
    type: flag(),
    default: true,
    summary:
      "Turn the upstream's own address and the rewritten prefix in `Location`, `Content-Location` and `Set-Cookie` into what the client knows.",
  },
  requestHeaders: { type: editedHeaders, isOptional: true, summary: 'What the upstream gets.' },
  responseHeaders: { type: editedHeaders, isOptional: true, summary: 'What the client gets from the upstream.' },
  websocket: {
    type: flag(),
    default: true,
    summary: 'Allow WebSocket connections. Rules see the opening request, not the frames.',
  },
  auth: { type: routeAuth, isOptional: true, summary: 'Who may have this route; everybody when absent.' },
  waf: {
    type: choice('on', 'detection', 'off'),
    default: 'on',
    summary: 'Apply the rules, apply them without refusing anything, or not at all.',
  },
  ruleSet: {
    type: text('name of a rule set'),
    isOptional: true,
    summary: 'One of `rule_sets`, instead of `rules`.',
  },
  serverTiming: {
    type: serverTimingFlag,
    default: false,
    summary: 'Tell every client of this route where the time of its requests went, by a `Server-Timing` header.',
  },
  inspect: { type: section(inspect), default: defaultsOf(inspect), summary: 'What the rules get to see.' },
  traffic: {
    type: section(routeTraffic),
    default: defaultsOf(routeTraffic),
    summary: 'How much of this route is served at once.',
  },
  maxBody: {
    type: size(),
    isOptional: true,
    summary: 'Largest request body on this route instead of `limits.body`; 0 means no limit.',
  },
  bodyMethods: {
    type: listOf(text('method')),
    default: ['POST', 'PUT', 'PATCH'],
    summary:
      'Methods whose requests may have a body on this route; a body with another one is refused with 400, as servers disagree about whether it is read.',
  },
};

/** A route with every key at its default, as one is that names an upstream and nothing else. */
export const ROUTE_DEFAULTS: RouteConfig = defaultsOf(route);
