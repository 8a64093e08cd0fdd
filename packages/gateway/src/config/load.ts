/** YAML text to a checked configuration. Every mistake is collected, with its place, so that one run shows them all. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isMap, LineCounter, type Node, type ParsedNode, parseDocument } from 'yaml';
import { contradictionsOfApplications } from './applications.ts';
import { closest } from './closest.ts';
import type { Config } from './config.ts';
import type { Environment } from './environment.ts';
import { type Reader, yamlName } from './field.ts';
import { CONFIG_TABLE, CONFIG_TYPE } from './schema.ts';
import { contradictionsOfAuth } from './sections/access-contradictions.ts';
import { placeAuth } from './sections/auth.ts';
import { mistakesOfListener } from './sections/listener.ts';
import { contradictionsOfLogs, placeLogs } from './sections/logs.ts';
import { mistakesOfRouteMatch } from './sections/route-match.ts';
import { mistakeOfRuleSet } from './sections/rule-sets.ts';
import { addressListedTwice } from './sections/upstream/url.ts';
import { mistakesOfFastCgi } from './sections/upstream.ts';

/** A mistake in a configuration file: `sallyport.yaml:3:5 unknown key "lisen"; did you mean "listen"?` */
export interface ConfigMistake {
  readonly file: string;
  /** From 1; 0 when the mistake has no place of its own. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type ConfigResult =
  | { readonly config: Config; readonly mistakes: readonly [] }
  | { readonly config: undefined; readonly mistakes: readonly ConfigMistake[] };

/** Refuses to start; each mistake is one line. */
export class ConfigError extends Error {
  readonly mistakes: readonly ConfigMistake[];

  constructor(mistakes: readonly ConfigMistake[]) {
    super(mistakes.map(formatMistake).join('\n'));
    this.name = 'ConfigError';
    this.mistakes = mistakes;
  }
}

export function formatMistake(mistake: ConfigMistake): string {
  const place = mistake.line === 0 ? '' : `:${mistake.line}:${mistake.column}`;
  return mistake.file === '' ? mistake.message : `${mistake.file}${place} ${mistake.message}`;
}

/** Reads a configuration file. File names in it are taken relative to its folder. */
export function loadConfig(file: string, environment: Environment = process.env): ConfigResult {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    return failed([unreadable(file, cause)]);
  }
  return parseConfig(text, file, environment);
}

/** The mistake of a file that cannot be read at all. */
export function unreadable(file: string, cause: unknown): ConfigMistake {
  return { file, line: 0, column: 0, message: reasonOf(cause) };
}

export function parseConfig(text: string, file: string, environment: Environment = process.env): ConfigResult {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const mistakes: ConfigMistake[] = [];
  const reportAt = (offset: number, message: string): void => {
    const { line, col } = lines.linePos(offset);
    mistakes.push({ file, line, column: col, message });
  };
  for (const error of document.errors) reportAt(error.pos[0], firstLine(error.message));
  if (mistakes.length > 0) return failed(mistakes);

  const root = (document.contents ?? parseDocument('{}').contents) as ParsedNode;
  const reader: Reader = {
    environment,
    report: (node, message) => reportAt((node as ParsedNode | undefined)?.range?.[0] ?? 0, message),
  };
  const config = CONFIG_TYPE.read(root, reader);
  if (config === undefined) return failed(mistakes);

  const folder = dirname(resolve(file));
  const placed = resolveFiles(config, folder);
  for (const finding of contradictions(placed)) {
    const node = nodeAt(root, finding.path);
    reportAt((node as ParsedNode | undefined)?.range?.[0] ?? 0, finding.message);
  }
  return mistakes.length > 0 ? failed(mistakes) : { config: placed, mistakes: [] };
}

/** The configuration an empty file gives. */
export function defaultConfig(): Config {
  const entries = Object.entries(CONFIG_TABLE).filter(([, field]) => field.default !== undefined);
  return Object.fromEntries(entries.map(([key, field]) => [key, field.default])) as unknown as Config;
}

interface Contradiction {
  /** Keys and indexes from the root to the node that is wrong. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What is wrong between values that are fine by themselves. */
export function contradictions(config: Config): readonly Contradiction[] {
  const found: Contradiction[] = [];
  const names = [...config.upstreams.keys()];
  config.routes.forEach((route, at) => {
    const actions = [route.upstream, route.redirect, route.answer].filter((one) => one !== undefined);
    if (actions.length !== 1) {
      const message = 'a route has one of "upstream", "redirect" and "answer"';
      found.push({ path: ['routes', at], message: actions.length === 0 ? `${message}; this one has none` : message });
    }
    for (const [key, message] of mistakesOfRouteMatch(route)) found.push({ path: ['routes', at, key], message });
    const wrongRules = mistakeOfRuleSet(route, config.ruleSets);
    if (wrongRules !== undefined) found.push({ path: ['routes', at, 'ruleSet'], message: wrongRules });
    if (route.upstream === undefined || config.upstreams.has(route.upstream)) return;
    const near = closest(route.upstream, names);
    const hint = near ? `; did you mean "${near}"?` : names.length > 0 ? `; there is ${names.join(', ')}` : '';
    found.push({ path: ['routes', at, 'upstream'], message: `there is no upstream "${route.upstream}"${hint}` });
  });

  const places = new Map<string, number>();
  config.listeners.forEach((listener, at) => {
    const place = `${listener.address}:${listener.port}`;
    if (listener.port !== 0 && places.has(place)) {
      found.push({ path: ['listeners', at], message: `${place} is listed twice` });
    }
    places.set(place, at);
    for (const [key, message] of mistakesOfListener(listener)) found.push({ path: ['listeners', at, key], message });
  });

  const isOrdering = config.listeners.some(({ tls }) => (tls?.automatic ?? []).length > 0);
  if (isOrdering && config.acme.storage === undefined) {
    found.push({ path: ['acme', 'storage'], message: 'certificates that are ordered need a folder: "acme.storage"' });
  }
  if (isOrdering && !config.acme.termsAgreed) {
    found.push({ path: ['acme', 'termsAgreed'], message: 'ordering certificates needs "acme.terms_agreed: true"' });
  }

  const taken = new Map<string, number>();
  config.routes.forEach((route, at) => {
    const schemes = route.scheme === undefined ? ['http', 'https'] : [route.scheme];
    const hosts = route.hosts.length > 0 ? route.hosts : ['*'];
    const places = schemes.flatMap((scheme) =>
      hosts.map(
        (host) => `${scheme} ${host.toLowerCase()} ${route.exact ? '= ' : ''}${route.path} ${route.pattern.join(' ')}`,
      ),
    );
    const first = places.map((place) => taken.get(place)).find((other) => other !== undefined);
    if (first !== undefined) {
      found.push({
        path: ['routes', at],
        message: `this route never applies: route ${first + 1} has the same host and path`,
      });
    }
    for (const place of places) taken.set(place, at);
  });

  const { collections } = config;
  if (collections.store === 'redis' && collections.url === undefined) {
    found.push({ path: ['collections', 'store'], message: 'the redis store needs its "url"' });
  }
  if (collections.store !== 'redis' && collections.url !== undefined) {
    found.push({ path: ['collections', 'url'], message: 'an address is for "store: redis" only' });
  }
  if (collections.path !== undefined && (collections.store ?? 'disk') !== 'disk') {
    found.push({ path: ['collections', 'path'], message: 'a file is for "store: disk" only' });
  }
  if ((collections.tls.certificate === undefined) !== (collections.tls.key === undefined)) {
    found.push({ path: ['collections', 'tls'], message: 'a client certificate needs both "certificate" and "key"' });
  }
  if (collections.timeout === 0) {
    found.push({ path: ['collections', 'timeout'], message: 'the store needs some time to answer' });
  }

  const { workers } = config;
  if (workers.max !== undefined && workers.max < (workers.count ?? 0)) {
    found.push({ path: ['workers', 'max'], message: `"max" must not be below "count" (${workers.count})` });
  }
  if (workers.group !== undefined && workers.user === undefined) {
    found.push({ path: ['workers', 'group'], message: 'a group needs a "user" too' });
  }
  for (const { path, message } of contradictionsOfLogs(
    config.logs,
    new Set(config.routes.flatMap(({ tag }) => tag ?? [])),
  ))
    found.push({ path: ['logs', ...path], message });
  found.push(...contradictionsOfAuth(config));

  const { floods } = config;
  if (floods.principal.requests > 0 && floods.principal.from !== 'certificate' && floods.principal.name === undefined) {
    found.push({ path: ['floods', 'principal'], message: 'principals need the "name" of the header or cookie' });
  }
  if (floods.mode === 'evasive' && floods.store.url !== undefined) {
    found.push({
      path: ['floods', 'store', 'url'],
      message: '"mode: evasive" counts on one machine; take "mode: window"',
    });
  }
  if (floods.paths.length > 255) found.push({ path: ['floods', 'paths'], message: 'at most 255 paths' });
  for (const status of floods.penalties.status.keys()) {
    if (!/^[1-5]\d\d$/.test(status)) {
      found.push({ path: ['floods', 'penalties', 'status', status], message: `"${status}" is not a status` });
    }
  }

  for (const [name, { urls }] of config.upstreams) {
    const path = ['upstreams', name, 'urls'];
    if (urls.length === 0) found.push({ path, message: 'an upstream needs an address' });
    const twice = addressListedTwice(urls);
    if (twice !== undefined) found.push({ path, message: `${twice} is listed twice` });
  }

  for (const [name, upstream] of config.upstreams) {
    const tls = upstream.tls;
    if ((tls.certificate === undefined) !== (tls.key === undefined)) {
      found.push({
        path: ['upstreams', name, 'tls'],
        message: 'a client certificate needs both "certificate" and "key"',
      });
    }
    const speaksFastCgi = (one: string): boolean | undefined =>
      config.applications.has(one) ? config.applications.get(one)?.protocol === 'fastcgi' : undefined;
    for (const [key, message] of mistakesOfFastCgi(upstream, speaksFastCgi))
      found.push({ path: ['upstreams', name, key], message });
  }
  for (const { path, message } of contradictionsOfApplications(config)) found.push({ path, message });
  return found;
}

/** Relative file names are relative to the configuration file, whatever the working directory. */
function resolveFiles(config: Config, folder: string): Config {
  const placed = <T extends object>(value: T, ...keys: (keyof T)[]): T => {
    const changed = { ...value };
    for (const key of keys) {
      const path = value[key];
      if (typeof path === 'string') changed[key] = resolve(folder, path) as T[keyof T];
    }
    return changed;
  };
  return {
    ...placed(config, 'tmpDir', 'runDir', 'stateDir'),
    listeners: config.listeners.map((one) => {
      if (one.tls === undefined) return one;
      const certificates = one.tls.certificates?.map((pair) => placed(pair, 'certificate', 'key')) ?? [];
      return { ...one, tls: { ...placed(one.tls, 'certificate', 'key', 'clientCa'), certificates } };
    }),
    acme: placed(config.acme, 'storage', 'ca'),
    upstreams: new Map(
      [...config.upstreams].map(([name, one]) => [
        name,
        { ...one, tls: placed(one.tls, 'ca', 'certificate', 'key'), fastcgi: placed(one.fastcgi, 'root') },
      ]),
    ),
    rules: { ...placed(config.rules, 'crs'), files: config.rules.files.map((file) => resolve(folder, file)) },
    ruleSets: new Map(
      [...config.ruleSets].map(([name, set]) => [
        name,
        { ...placed(set, 'crs'), ...(set.files && { files: set.files.map((file) => resolve(folder, file)) }) },
      ]),
    ),
    collections: {
      ...placed(config.collections, 'path'),
      tls: placed(config.collections.tls, 'ca', 'certificate', 'key'),
    },
    floods: { ...placed(config.floods, 'sharedDir'), hooks: placed(config.floods.hooks, 'nftables') },
    auth: placeAuth(config.auth, folder),
    logs: placeLogs(config.logs, folder),
    identity: placed(config.identity, 'pages'),
  };
}

function nodeAt(root: Node, path: readonly (string | number)[]): Node | undefined {
  for (let length = path.length; length > 0; length--) {
    const keys = path.slice(0, length).map((key) => (typeof key === 'string' ? yamlName(key) : key));
    const node = isMap(root) ? root.getIn(keys, true) : undefined;
    if (node !== undefined && node !== null) return node as Node;
  }
  return root;
}

function failed(mistakes: readonly ConfigMistake[]): ConfigResult {
  return { config: undefined, mistakes };
}

function reasonOf(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'no permission to read it';
  if (code === 'EISDIR') return 'this is a folder';
  return (cause as Error).message;
}

function firstLine(text: string): string {
  const end = text.indexOf(' at line ');
  return (end < 0 ? text : text.slice(0, end)).split('\n', 1)[0] ?? text;
}
