/** A configuration of nginx as a configuration of the gate, with an account of every directive. */
import { dirname } from 'node:path';
import { takeDirective } from './nginx/directives.ts';
import { readNginx } from './nginx/include.ts';
import { nginxReason } from './nginx/no-counterpart.ts';
import type { NginxItem } from './nginx/parse.ts';
import { NginxScope } from './nginx/scope.ts';
import { writeServers } from './nginx/servers.ts';
import { NginxUpstreams } from './nginx/upstreams.ts';
import type { NginxWorkshop } from './nginx/workshop.ts';
import { accessLogs } from './proxy/access-logs.ts';
import { Draft } from './proxy/draft.ts';
import { finishDraft } from './proxy/finish-draft.ts';
import { Ledger } from './proxy/ledger.ts';
import { OldFiles, oldName } from './proxy/old-files.ts';
import type { ProxyImport, ProxyImportOptions } from './proxy/result.ts';
import { RuleFiles } from './proxy/rule-files.ts';

/** Rejects with an error of the system when `file` itself cannot be read; what it includes is accounted for line by line. */
export async function importNginx(file: string, options: ProxyImportOptions = {}): Promise<ProxyImport> {
  const name = oldName(file, options.root);
  const folder = dirname(name).replace(/\/(sites-(enabled|available)|conf\.d)$/, '');
  const workshop: NginxWorkshop = {
    draft: new Draft(),
    ledger: new Ledger(),
    rules: new RuleFiles(),
    files: new OldFiles(options.root, folder),
    logs: [],
    formats: new Map(),
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
    this.#http(items, new NginxScope());
    this.#writeLogs();
    writeServers(this.#servers, this.#upstreams, this.#workshop);
  }

  #writeLogs(): void {
    const { draft, ledger, logs, formats } = this.#workshop;
    const known = logs.flatMap((log) => {
      const format = log.format === 'combined' ? log.format : formats.get(log.format);
      if (format !== undefined) return [{ ...log, format }];
      ledger.leftOut(log.at, `the format ${log.format} is not carried over`);
      return [];
    });
    const written = accessLogs(known, ledger);
    if (written.length > 0) draft.set('logs', 'access', written);
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
      else this.#leaveOut(item, nginxReason(item.name));
    }
  }

  #location(item: NginxItem, children: readonly NginxItem[], outer: NginxScope, server: NginxScope): void {
    const { ledger } = this.#workshop;
    const [first = '', second] = item.args;
    const isExact = first === '=';
    const path = isExact || first === '^~' ? (second ?? '') : first;
    if (first.startsWith('~') || first.startsWith('@')) {
      const guards = children.some(({ name }) => name === 'deny' || name.startsWith('auth_'));
      ledger.noted(item.at, 'routes know paths and prefixes, not patterns or names');
      if (guards) ledger.noted(item.at, 'WARNING: what it guards is not guarded here; write a rule for it');
      this.#leaveOut(item, 'its requests go to the route of their prefix');
      return;
    }
    const location = new NginxScope(outer, item.at, path, isExact);
    server.locations.push(location);
    this.#block(children, location, server);
  }

  #leaveOut(item: NginxItem, reason: string): void {
    this.#workshop.ledger.leftOut(item.at, reason);
    for (const child of item.children ?? []) this.#leaveOut(child, `in ${item.at.source}`);
  }
}
