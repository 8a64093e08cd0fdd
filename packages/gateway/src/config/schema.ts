/** Every key of `sallyport.yaml`: its form, its default and what it does. Validation and reference pages are made of this. */
import {
  checkHost,
  checkHostPattern,
  checkName,
  checkPath,
  checkStoreUrl,
  checkTrustedProxy,
  checkUpstreamUrl,
} from './checks.ts';
import type {
  CollectionsConfig,
  CollectionsTlsConfig,
  Config,
  InspectConfig,
  LimitsConfig,
  ProgramsConfig,
  RouteConfig,
  RulesConfig,
  ScriptsConfig,
  TimeoutsConfig,
} from './config.ts';
import {
  choice,
  defaultsOf,
  duration,
  flag,
  integer,
  listOf,
  mapOf,
  section,
  size,
  type Table,
  text,
} from './field.ts';
import { acme } from './sections/acme.ts';
import { application, principal } from './sections/applications.ts';
import { auth, routeAuth } from './sections/auth.ts';
import { connections } from './sections/connections.ts';
import { deployment } from './sections/deployments.ts';
import { floods } from './sections/floods.ts';
import { HTTP_TABLE } from './sections/http.ts';
import { http2 } from './sections/http2.ts';
import { IDENTITY_TABLE } from './sections/identity.ts';
import { listener } from './sections/listener.ts';
import { LOGS_TABLE } from './sections/logs.ts';
import { METRICS_TABLE } from './sections/metrics.ts';
import { editedHeaders, fixedAnswer, redirect } from './sections/route-actions.ts';
import { routeMatch } from './sections/route-match.ts';
import { routeTraffic } from './sections/route-traffic.ts';
import { routeTrailers } from './sections/route-trailers.ts';
import { ruleSet } from './sections/rule-sets.ts';
import { serverTimingAddresses, serverTimingFlag } from './sections/server-timing.ts';
import { slowClients } from './sections/slow-clients.ts';
import { TRACING_TABLE } from './sections/tracing.ts';
import { type UpstreamConfig, upstream } from './sections/upstream.ts';
import { workers } from './sections/workers.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const seconds = (count: number): number => count * 1000;

const file = text('file name');

const inspect: Table<InspectConfig> = {
  requestBody: {
    type: flag(),
    default: true,
    summary: 'Show request bodies to the rules. When off, bodies stream to the upstream unseen.',
  },
  responseBody: {
    type: flag(),
    default: true,
    summary: 'Show response bodies to the rules, where the rule set asks for them.',
  },
  encodedBodies: {
    type: choice('refuse', 'pass'),
    default: 'refuse',
    summary:
      'Request bodies with a `Content-Encoding` (gzip, br …), in which rules would find nothing, where rules are to read them. `pass` lets them through unread.',
  },
  requestBodyLimit: {
    type: size(),
    isOptional: true,
    summary:
      'Rules see this much of a request body, then decide, and the rest streams on unseen. When absent the limit and the action of the rule set apply (`SecRequestBodyLimit`, `SecRequestBodyLimitAction`).',
  },
};

const route: Table<RouteConfig> = {
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

const limits: Table<LimitsConfig> = {
  targetLength: { type: size(), default: 8 * KiB, summary: 'Longest request target; then 414.' },
  headerSize: { type: size(), default: 32 * KiB, summary: 'Request line and headers together; then 431.' },
  headerCount: { type: integer(1, 2000), default: 100, summary: 'Header lines; then 431.' },
  body: { type: size(), default: 1024 * MiB, summary: 'Largest request body; then 413. 0 means no limit.' },
  bodyInMemory: {
    type: size(),
    default: 128 * KiB,
    summary: 'Bytes of a request body held in memory until the rules have decided; more goes to a file in `tmp_dir`.',
  },
  bodiesInMemory: {
    type: size(),
    default: 8 * MiB,
    summary:
      'Bytes of all request bodies of one process that are held in memory at once; where that is used up, a body goes to a file from its first byte.',
  },
  parts: {
    type: integer(1, 1_000_000),
    default: 200,
    summary:
      'Parts of a multipart body that rules look at; then 413. `SecRequestBodyPartsLimit` in a file of rules counts more.',
  },
  connections: {
    type: integer(1, 1_000_000),
    default: 10_000,
    summary:
      'Client connections per listener at once, of all workers together. When all are in use the one idle for longest makes room; where none is idle, the new one is closed.',
  },
  requestsPerConnection: {
    type: integer(0, 1_000_000),
    default: 1000,
    summary: 'Requests on one connection before it is closed; 0 means no limit.',
  },
  upstreamQueue: {
    type: integer(0, 1_000_000),
    default: 1000,
    summary: 'Requests that wait in each worker for a connection to an upstream; more are answered with 503 at once.',
  },
};

const timeouts: Table<TimeoutsConfig> = {
  keepAlive: { type: duration(), default: seconds(15), summary: 'How long an idle client connection is kept.' },
  bodyIdle: {
    type: duration(),
    default: seconds(30),
    summary:
      'Longest silence within a request body; then 408. The whole upload may take as long as it needs, if it is not slower than `slow_clients.body` says.',
  },
  linger: {
    type: duration(),
    default: seconds(2),
    summary:
      'After an early refusal the rest of the request is read and thrown away this long, so that the client gets to see the answer.',
  },
  tunnelIdle: {
    type: duration(),
    default: seconds(600),
    summary: 'Longest silence on a WebSocket connection; 0 means no limit.',
  },
  drain: {
    type: duration(),
    default: seconds(30),
    summary: 'On shutdown, how long running requests may take to finish.',
  },
};

const rules: Table<RulesConfig> = {
  files: {
    type: listOf(file),
    default: [],
    summary:
      'Rule files in SecLang, loaded in this order after the Core Rule Set, if there is one. Globs are expanded.',
  },
  crs: {
    type: text('folder'),
    isOptional: true,
    summary:
      'Folder of an OWASP Core Rule Set. When absent and no `files` are given, an installed one is looked for, then the built-in rules are used.',
  },
  paranoia: {
    type: integer(1, 4),
    isOptional: true,
    summary:
      'Paranoia level of the Core Rule Set over what its setup file says: 1 has the fewest false alarms, 4 sees the most.',
  },
  engine: {
    type: choice('On', 'DetectionOnly', 'Off'),
    isOptional: true,
    summary: '`SecRuleEngine` over whatever the rule files say.',
  },
  jsonNames: {
    type: choice('modsecurity2', 'modsecurity3', 'coraza'),
    default: 'modsecurity2',
    summary:
      'What the leaves of a JSON body are called: `{"a":[{"b":1}]}` is `ARGS:a.a.b` for ModSecurity 2, which the Core Rule Set is written for, `ARGS:json.a.array_0.b` for ModSecurity 3 and `ARGS:json.a.0.b` for Coraza. Take one of these when your exclusions come from there.',
  },
  proxyTargets: {
    type: listOf(text('`http://` or `https://` address', checkUpstreamUrl)),
    default: [],
    summary: 'Addresses the `proxy` action of rules may send a request to.',
  },
  unsafePassOnError: {
    type: flag(),
    default: false,
    summary: 'Let a request through when inspecting it failed inside the engine. By default it is refused with 500.',
  },
};

const programs: Table<ProgramsConfig> = {
  timeout: {
    type: duration(),
    default: seconds(5),
    summary: 'Time for one run; then the program and all it has started are killed. No answer in time means refuse.',
  },
  running: { type: integer(1, 1000), default: 16, summary: 'Programs at the same time; further requests wait.' },
  output: { type: size(), default: 64 * KiB, summary: 'A program that writes more is killed, and counts as failed.' },
};

const scripts: Table<ScriptsConfig> = {
  timeout: {
    type: duration(),
    default: 100,
    summary: 'Time for one run; then the request is refused with 500.',
  },
  memory: { type: size(), default: 16 * MiB, summary: 'Memory for one run; a script that wants more fails.' },
};

const collectionsTls: Table<CollectionsTlsConfig> = {
  ca: { type: file, isOptional: true, summary: "Certificates to trust instead of the system's, in PEM form." },
  serverName: {
    type: text('host name'),
    isOptional: true,
    summary: 'Name to ask for and to verify instead of the host of the URL.',
  },
  certificate: { type: file, isOptional: true, summary: 'Client certificate to present.' },
  key: { type: file, isOptional: true, summary: 'Key of the client certificate.' },
};

const collections: Table<CollectionsConfig> = {
  store: {
    type: choice('memory', 'disk', 'redis'),
    isOptional: true,
    summary:
      'Where counters of the rules live: in this process, in a file shared by all gates of this machine, or in Redis or Valkey. When absent: `disk` if the rules name a `SecDataDir` or `path` is given, else `memory`.',
  },
  path: {
    type: file,
    isOptional: true,
    summary: 'File of the `disk` store; `sallyport-collections.sqlite` in `SecDataDir` when absent.',
  },
  maxSize: {
    type: size(),
    default: 256 * MiB,
    summary: 'The file of the `disk` store grows no larger; then the records that would end soonest make room.',
  },
  url: {
    type: text('`redis://`, `rediss://` or `unix://` address', checkStoreUrl),
    isOptional: true,
    summary:
      'Server of the `redis` store: `redis://user:password@host:6379/0`, `rediss://` for TLS, `unix:///run/redis.sock`. Passwords are best taken from the environment.',
  },
  prefix: {
    type: text(),
    default: 'sallyport:',
    summary: 'What keys in the `redis` store begin with. Gates with the same prefix share their collections.',
  },
  tls: {
    type: section(collectionsTls),
    default: defaultsOf(collectionsTls),
    summary: 'For `rediss://` addresses. Certificates are verified.',
  },
  timeout: {
    type: duration(),
    default: 100,
    summary: 'How long one command to the `redis` store may take; after that the store counts as away.',
  },
  whenAway: {
    type: choice('local', 'refuse'),
    default: 'local',
    summary:
      'While the store cannot be used: count in this process and start from nothing, or refuse requests whose rules open a collection with 500.',
  },
};

export const CONFIG_TABLE: Table<Config> = {
  listeners: { type: listOf(section(listener)), default: [], summary: 'Where clients connect.' },
  upstreams: {
    type: mapOf(section(upstream, 'urls')),
    default: new Map(),
    summary: 'Applications behind the gate. A plain address is enough: `app: http://127.0.0.1:3000`.',
  },
  routes: {
    type: listOf(section(route)),
    default: [],
    summary: 'Which requests go where. With one upstream and no routes, everything goes there.',
  },
  trustedProxies: {
    type: listOf(text('IP address or network', checkTrustedProxy)),
    default: [],
    summary:
      "Peers whose `X-Forwarded-*`, `Forwarded` and `X-Real-IP` headers are believed. Everybody else's are removed.",
  },
  acme: {
    type: section(acme),
    default: defaultsOf(acme),
    summary: 'Certificates that the gate orders itself. Needs the package `acme-client`.',
  },
  http: { type: section(HTTP_TABLE), default: defaultsOf(HTTP_TABLE), summary: 'How strictly requests are read.' },
  http2: { type: section(http2), default: defaultsOf(http2), summary: 'What one connection of HTTP/2 may do.' },
  limits: { type: section(limits), default: defaultsOf(limits), summary: 'How much a client may send.' },
  timeouts: { type: section(timeouts), default: defaultsOf(timeouts), summary: 'How long things may take.' },
  connections: {
    type: section(connections),
    default: defaultsOf(connections),
    summary: 'How many connections one client, and all of them, may have.',
  },
  slowClients: {
    type: section(slowClients),
    default: defaultsOf(slowClients),
    summary:
      'How slow clients may be, after mod_reqtimeout of Apache: `20-40,MinRate=500` there is `{ time: 20 s, maximum: 40 s, minimum_rate: 500 }` here.',
  },
  floods: {
    type: section(floods),
    default: defaultsOf(floods),
    summary: 'How much one client may ask for, and what happens to those who ask for more.',
  },
  auth: {
    type: section(auth),
    default: defaultsOf(auth),
    summary: 'Who people are, and who may have what.',
  },
  rules: { type: section(rules), default: defaultsOf(rules), summary: 'The firewall.' },
  ruleSets: {
    type: mapOf(section(ruleSet)),
    default: new Map(),
    summary:
      'Other rules, by name, for routes that ask for them by `rule_set`: `strict: { paranoia: 3 }`. Each is compiled once, however many routes share it, and only if some route does.',
  },
  programs: {
    type: section(programs),
    default: defaultsOf(programs),
    summary:
      'Programs that rules run (`exec`, `@inspectFile`, `SecUploadApproveScript`): without a shell, with the file as their only argument. Their environment is PATH and the request as CGI has it: REQUEST_METHOD, REQUEST_URI, QUERY_STRING, REMOTE_ADDR, REMOTE_PORT, SERVER_ADDR, SERVER_NAME, SERVER_PORT, SERVER_PROTOCOL, UNIQUE_ID, HTTP_* for headers, and what `setenv` sets. A file is approved by an output that begins with `1` and an exit status of 0.',
  },
  scripts: {
    type: section(scripts),
    default: defaultsOf(scripts),
    summary:
      'Lua scripts that rules run (`SecRuleScript`, `exec:x.lua`, `@inspectFile x.lua`), in this process and without files, network or clock. Needs the package `wasmoon`. Scripts see `m.log(level, text)`, `m.getvar(name, transformations)`, `m.getvars(name, transformations)` and `m.setvar(name, value)`; `main` returns a text to match.',
  },
  collections: {
    type: section(collections),
    default: defaultsOf(collections),
    summary: 'What rules remember from one request to the next (`initcol`).',
  },
  logs: { type: section(LOGS_TABLE), default: defaultsOf(LOGS_TABLE), summary: 'Where it is written down.' },
  metrics: { type: section(METRICS_TABLE), default: defaultsOf(METRICS_TABLE), summary: 'Numbers for monitoring.' },
  tracing: {
    type: section(TRACING_TABLE),
    default: defaultsOf(TRACING_TABLE),
    summary: 'Traces of requests by OpenTelemetry.',
  },
  principals: {
    type: mapOf(section(principal, 'user'), checkName),
    default: new Map(),
    summary: 'Whom programs, files, sockets and logs belong to. The name of a user is enough: `blog: blog`.',
  },
  applications: {
    type: mapOf(section(application), checkName),
    default: new Map(),
    summary: 'Programs the gate starts, each as its principal; an upstream names one by `app:NAME`.',
  },
  deployments: {
    type: mapOf(section(deployment), checkName),
    default: new Map(),
    summary: 'Folders in which every sub-folder is an application that goes live by being there, without a reload.',
  },
  workers: { type: section(workers), default: defaultsOf(workers), summary: 'The processes that serve.' },
  runDir: {
    type: text('folder'),
    isOptional: true,
    summary:
      'Folder of the running gate, for nobody else to enter: the control socket `control.sock` and counters the workers share. When absent: `RUNTIME_DIRECTORY` as systemd sets it; else a folder named after the first listener, such as `127.0.0.1-8080`, in `/run/sallyport` for root and in `$XDG_RUNTIME_DIR/sallyport` for others.',
  },
  stateDir: {
    type: text('folder'),
    isOptional: true,
    summary:
      'Folder for what outlives the gate, for nobody else to enter: bans and rule switches ordered by hand. When absent: `STATE_DIRECTORY` as systemd sets it; else the folder of the running gate, which is gone when the machine starts anew.',
  },
  identity: {
    type: section(IDENTITY_TABLE),
    default: defaultsOf(IDENTITY_TABLE),
    summary: 'Whose face the gate shows.',
  },
  serverTiming: {
    type: serverTimingAddresses,
    default: [],
    summary:
      'Clients by address that are told where the time of their requests went, by a `Server-Timing` header. It tells them about upstreams and rules, so these should be your own.',
  },
  serverHeader: {
    type: text(),
    isOptional: true,
    summary: "`Server` header of every answer instead of the upstream's (`SecServerSignature` does the same).",
  },
  tmpDir: {
    type: text('folder'),
    isOptional: true,
    summary:
      "Where bodies too large for memory are held, in files without a name; the system's temporary folder when absent.",
  },
};

export const CONFIG_TYPE: ReturnType<typeof section<Config>> = section(CONFIG_TABLE);
export const ROUTE_DEFAULTS: RouteConfig = defaultsOf(route);
export const UPSTREAM_DEFAULTS: Omit<UpstreamConfig, 'urls'> = defaultsOf(upstream);
