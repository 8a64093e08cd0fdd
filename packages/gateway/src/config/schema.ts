/** Every key of `sallyport.yaml`: its form, its default and what it does. Validation and reference pages are made of this. */
import { checkName, checkTrustedProxy } from './checks.ts';
import type { Config } from './config.ts';
import { defaultsOf, listOf, mapOf, section, type Table, text } from './field.ts';
import { acme } from './sections/acme.ts';
import { application, principal } from './sections/applications.ts';
import { auth } from './sections/auth.ts';
import { collections } from './sections/collections.ts';
import { connections } from './sections/connections.ts';
import { deployment } from './sections/deployments.ts';
import { floods } from './sections/floods.ts';
import { HTTP_TABLE } from './sections/http.ts';
import { http2 } from './sections/http2.ts';
import { IDENTITY_TABLE } from './sections/identity.ts';
import { limits } from './sections/limits.ts';
import { listener } from './sections/listener.ts';
import { LOGS_TABLE } from './sections/logs.ts';
import { METRICS_TABLE } from './sections/metrics.ts';
import { programs } from './sections/programs.ts';
import { route } from './sections/route.ts';
import { ruleSet } from './sections/rule-sets.ts';
import { rules } from './sections/rules.ts';
import { scripts } from './sections/scripts.ts';
import { serverTimingAddresses } from './sections/server-timing.ts';
import { slowClients } from './sections/slow-clients.ts';
import { timeouts } from './sections/timeouts.ts';
import { TRACING_TABLE } from './sections/tracing.ts';
import { upstream } from './sections/upstream.ts';
import { workers } from './sections/workers.ts';

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
