/** A configuration of nginx as a configuration of the gate, with an account of every directive. */
import { dirname } from 'node:path';
import { checkPathPattern } from '../proxy/path-pattern.ts';
import { takeDirective } from './nginx/directives.ts';
import { readNginx } from './nginx/include.ts';
import { nginxReason } from './nginx/no-counterpart.ts';
import type { NginxItem } from './nginx/parse.ts';
import { type NginxPlace, NginxScope } from './nginx/scope.ts';
import { writeServers } from './nginx/servers.ts';
import { NginxUpstreams } from './nginx/upstreams.ts';
import type { NginxWorkshop } from './nginx/workshop.ts';
import { Draft } from './proxy/draft.ts';
import { finishDraft } from './proxy/finish-draft.ts';
import { Ledger } from './proxy/ledger.ts';
import { OldFiles, oldName } from './proxy/old-files.ts';
import type { ProxyImport, ProxyImportOptions } from './proxy/result.ts';
import { RuleFiles } from './proxy/rule-files.ts';
import { type OldLogs, SiteLogs } from './proxy/site-logs.ts';

/** Rejects with an error of the system when `file` itself cannot be read; what it includes is accounted for line by line. */
export async function importNginx(file: string, options: ProxyImportOptions = {}): Promise<ProxyImport> {
  const name = oldName(file, options.root);
  const folder = dirname(name).replace(/\/(sites-(enabled|available)|conf\.d)$/, '');
  const workshop: NginxWorkshop = {
    draft: new Draft(),
    ledger: new Ledger(),
    rules: new RuleFiles(),
    files: new OldFiles(options.root, folder),
    formats: new Map(),
    zones: new Map(),
    tagOf: () => undefined,
    canWriteRules: options.rulesFile !== undefined,
  };
  new NginxConversion(workshop).run(readNginx(workshop.files, workshop.ledger, name));
  return await finishDraft(workshop, options, `Made by sallyport import nginx from ${name}.`);
}

class NginxConversion {
  readonly #workshop: NginxWorkshop;
  readonly #upstreams: NginxUpstreams;
  readonly #servers: NginxScope[] = [];

  constructor(workshop: NginxWorkshop) {
    this.#workshop = workshop;
    this.#upstreams = new NginxUpstreams(workshop);
  }

  run(items: readonly NginxItem[]): void {
    // A file of `sites-available` is a part of the http block.
    const main = new NginxScope();
    this.#http(items, main);
    const { draft, ledger } = this.#workshop;
    const logs = new SiteLogs(this.#logsOf(main), ledger);
    for (const server of this.#servers) {
      const name = server.last('server_name')?.args[0] ?? 'site';
      logs.add(name, this.#logsOf(server));
      for (const location of server.locations) logs.add(`${name}${location.path}`, this.#logsOf(location));
    }
    logs.giveTags(this.#servers.length === 1);
    const tagOf = (scope: NginxScope): string | undefined => logs.tagOf(this.#logsOf(scope));
    writeServers(this.#servers, this.#upstreams, { ...this.#workshop, tagOf });
    logs.write(draft);
  }

  /** Those of the innermost block that has any. */
  #logsOf(scope: NginxScope): OldLogs {
    const { formats, files } = this.#workshop;
    const access = scope.all('access_log').flatMap(({ args: [path = '', name = 'combined'], at }) => {
      if (path === 'off') return [];
      const format = name === 'combined' ? name : formats.get(name);
      // A format that is not known here is told of as a mistake in it.
      return [{ at, target: files.nameOf(path), format: format ?? `%{${name}}?` }];
    });
    const error = scope.last('error_log');
    return {
      access,
      error: error === undefined ? undefined : { at: error.at, file: files.nameOf(error.args[0] ?? '') },
    };
  }

  #http(items: readonly NginxItem[], scope: NginxScope): void {
    const { ledger } = this.#workshop;
    // Upstreams may stand behind the servers that use them.
    for (const item of items) if (item.name === 'upstream' && item.children !== undefined) this.#upstreams.take(item);
    for (const item of items) {
      if (item.children === undefined) takeDirective(item, scope, this.#workshop);
      else if (item.name === 'http') {
        ledger.carried(item.at, 'what is in it counts');
        this.#http(item.children, scope);
      } else if (item.name === 'server') this.#server(item, item.children, scope);
      else if (item.name !== 'upstream') this.#leaveOut(item, nginxReason(item.name));
    }
  }

  #server({ at }: NginxItem, children: readonly NginxItem[], http: NginxScope): void {
    const server = new NginxScope(http, at);
    this.#servers.push(server);
    this.#block(children, server, server);
  }

  #block(children: readonly NginxItem[], scope: NginxScope, server: NginxScope): void {
    for (const item of children) {
      if (item.children === undefined) takeDirective(item, scope, this.#workshop);
      else if (item.name === 'location') this.#location(item, item.children, scope, server);
      else this.#leaveOutGuard(item, nginxReason(item.name));
    }
  }

  #location(item: NginxItem, children: readonly NginxItem[], outer: NginxScope, server: NginxScope): void {
    const place = placeOf(item, outer, server);
    if (typeof place === 'string') {
      this.#leaveOutGuard(item, place);
      return;
    }
    const location = new NginxScope(outer, item.at, place);
    server.locations.push(location);
    this.#block(children, location, server);
  }

  /** With a warning, where it says who may have something. */
  #leaveOutGuard(item: NginxItem, reason: string): void {
    if (item.children?.some(isGuard)) this.#workshop.ledger.unguarded(item.at);
    this.#leaveOut(item, reason);
  }

  #leaveOut(item: NginxItem, reason: string): void {
    this.#workshop.ledger.leftOut(item.at, reason);
    for (const child of item.children ?? []) this.#leaveOut(child, `in ${item.at.source}`);
  }
}

/** Which requests a location is for; a text says why that cannot be carried over. */
function placeOf({ args }: NginxItem, outer: NginxScope, server: NginxScope): NginxPlace | string {
  const [first = '', second = ''] = args;
  const modifier = /^(=|\^~|~\*|~)(.*)$/.exec(first);
  const kind = modifier?.[1] ?? '';
  const written = modifier === null ? first : modifier[2] || second;
  if (first.startsWith('@')) return 'only errors lead there, and the gate has its own pages';
  if (outer.pattern !== undefined) return 'locations within a pattern are not carried over';
  if (kind.startsWith('~')) {
    if (outer !== server) return 'patterns within another location are not carried over';
    const pattern = kind === '~*' ? `(?i)${written}` : written;
    return checkPathPattern(pattern) ?? { path: '/', exact: false, pattern, overPatterns: false };
  }
  const overPatterns = outer === server ? kind === '^~' : outer.overPatterns;
  return { path: written, exact: kind === '=', pattern: undefined, overPatterns };
}

/** It keeps somebody out, or something in it does. */
function isGuard({ name, children = [] }: NginxItem): boolean {
  return name === 'deny' || name.startsWith('auth_') || children.some(isGuard);
}
