/** Directives and sections of Apache, taken in turn and made to routes. */
import { checkPath } from '../../config/checks.ts';
import { NICKNAMES } from '../../logs/log-format/nicknames.ts';
import { checkPathPattern } from '../../proxy/path-pattern.ts';
import { isBelow } from '../../proxy/route.ts';
import { trafficTopics } from '../evasive.ts';
import { writeSite } from '../proxy/site.ts';
import { type OldLogs, SiteLogs } from '../proxy/site-logs.ts';
import { access, takeRequirements } from './access.ts';
import { Backends } from './backends.ts';
import { Expansion, environmentOf, type Node } from './expand.ts';
import { fcgid } from './fcgid.ts';
import { fileDirectives, rewriteInFolder } from './file-directives.ts';
import { headers } from './headers.ts';
import { reasonFor, sectionReason } from './no-counterpart.ts';
import type { Directive } from './parse.ts';
import { proxying } from './proxying.ts';
import { redirects } from './redirects.ts';
import { rewrites } from './rewrites.ts';
import { takeRule, takeRuleFile } from './rules.ts';
import { Scope } from './scope.ts';
import { settings } from './settings.ts';
import { type Doors, siteDoors, siteOf } from './sites.ts';
import { tls } from './tls.ts';
import type { Workshop } from './topic.ts';
import { users } from './users.ts';

const TOPICS = {
  ...settings,
  ...tls,
  ...access,
  ...users,
  ...headers,
  ...fileDirectives,
  ...fcgid,
  ...redirects,
  ...rewrites,
  ...proxying,
  ...trafficTopics,
};

/** What a nickname stands for; without `LogFormat`, TransferLog writes the common one. */
function formatOf(written: string, formats: ReadonlyMap<string, string>): string {
  const own = formats.get(written);
  const isCombined = written === 'combined' && (own === undefined || own === NICKNAMES['combined']);
  return isCombined ? written : (own ?? (written === '' ? 'common' : written));
}

/** `/x/*.png` as Apache matches it: whole, and a wildcard stops at a slash. */
function patternOf(written: string): string {
  const body = written.replace(/\[!?[^\]]*\]|[\\^$.|?*+(){}]/g, (part) => {
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    return part.startsWith('[') ? part.replace(/^\[!/, '[^') : `\\${part}`;
  });
  return `^${body}$`;
}

/** `<Files wp-*.php>` as a pattern for the last segment; `<FilesMatch>` is one. */
function nameOfFiles({ name, args: [first = '', second = ''] }: Node & { readonly kind: 'section' }): string {
  if (first === '~') return second;
  return name.toLowerCase() === 'filesmatch' ? first : patternOf(first);
}

/** Whether anything in it says who may have it. */
function guards(section: Node & { readonly kind: 'section' }): boolean {
  return section.children.some((node) => /^<?(require|allow|deny|order|auth)/i.test(node.at.source));
}

/** Neither an IP address nor a wildcard. */
function isHostName(address: string): boolean {
  return /[a-z]/i.test(address) && !/^(_default_|\[.*\])$/i.test(address);
}

/** One configuration on its way: what it has said so far, and in the end its routes. */
export class Conversion {
  readonly #workshop: Workshop;
  readonly #backends: Backends;
  readonly #server = new Scope('server');
  readonly #sites: Scope[] = [];
  readonly #addresses = new Map<Scope, readonly string[]>();

  constructor(workshop: Workshop) {
    this.#workshop = workshop;
    this.#backends = new Backends(workshop);
  }

  run(nodes: readonly Node[]): void {
    for (const node of nodes) this.#take(node, this.#server);
    const { draft, ledger } = this.#workshop;
    const logs = new SiteLogs(this.#logsOf(this.#server), ledger);
    const sites = this.#sites.filter((one) => one.accessLogs.length > 0 || one.errorLog !== undefined);
    for (const site of sites) logs.add(site.names[0]?.name ?? 'site', this.#logsOf(site));
    logs.giveTags(this.#sites.length === 1);
    for (const site of this.#sites.length > 0 ? this.#sites : [this.#server]) this.#readOverrides(site);
    const doors: Doors[] = siteDoors(this.#sites, this.#addresses, this.#server, this.#workshop);
    for (const { scope, scheme, isDefault } of doors) {
      const tag = logs.tagOf(this.#logsOf(scope));
      const site = siteOf(scope, scheme, isDefault, this.#backends, this.#workshop);
      writeSite(draft, ledger, tag === undefined ? site : { ...site, common: { tag } });
    }
    for (const scope of [this.#server, ...this.#sites]) this.#leaveOutFiles(scope);
    logs.write(draft);
  }

  /** A site has its own logs, or else those of the server. A format may stand behind the log that uses it. */
  #logsOf({ accessLogs, errorLog }: Scope): OldLogs {
    const own = accessLogs.length > 0 ? accessLogs : this.#server.accessLogs;
    const { formats } = this.#workshop;
    return {
      access: own.map((log) => ({ ...log, format: formatOf(log.format, formats) })),
      error: errorLog ?? this.#server.errorLog,
    };
  }

  #take(node: Node, scope: Scope): void {
    if (node.kind === 'section') this.#section(node, scope);
    else if (node.kind === 'rules') takeRuleFile(node, scope, this.#workshop);
    else this.#directive(node, scope);
  }

  #directive(directive: Directive, scope: Scope): void {
    const { ledger } = this.#workshop;
    const lower = directive.name.toLowerCase();
    const take = TOPICS[lower];
    if (/^sec[a-z]/.test(lower)) takeRule(directive, scope, this.#workshop);
    else if (lower === 'servername' || lower === 'serveralias') this.#names(directive, scope);
    else if (lower === 'balancermember' || lower === 'proxyset') this.#backends.takeDirective(directive);
    else if (take !== undefined && Object.hasOwn(TOPICS, lower)) take(directive, scope, this.#workshop);
    else ledger.leftOut(directive.at, reasonFor(directive.name));
  }

  #names({ args, at }: Directive, scope: Scope): void {
    for (const written of args) {
      const name = written.replace(/^\w+:\/\//, '').replace(/:\d+$/, '');
      scope.names.push({ name, at });
    }
    const { ledger } = this.#workshop;
    if (scope.kind === 'site') ledger.enter(at);
    else ledger.leftOut(at, 'the main server answers for names that no virtual host has');
  }

  #section(section: Node & { readonly kind: 'section' }, scope: Scope): void {
    switch (section.name.toLowerCase()) {
      case 'virtualhost': {
        const site = new Scope('site', this.#server, section.at);
        this.#sites.push(site);
        // An address may be a name; without `ServerName` it is that of the site as well.
        for (const address of section.args) {
          const name = address.replace(/:[\d*]+$/, '');
          if (isHostName(name)) site.names.push({ name, at: section.at });
        }
        this.#addresses.set(site, section.args);
        for (const node of section.children) this.#take(node, site);
        return;
      }
      case 'location':
      case 'locationmatch': {
        const place = this.#place(section, scope);
        if (place === undefined) return;
        scope.locations.push(place);
        for (const node of section.children) this.#take(node, place);
        return;
      }
      case 'directory': {
        const [folder = ''] = section.args;
        if (/[*?[~]/.test(folder)) break;
        const place = new Scope('location', scope, section.at, '/');
        scope.files.folders.push({ at: section.at, folder: folder.replace(/(.)\/+$/, '$1'), place });
        this.#workshop.ledger.enter(section.at);
        for (const node of section.children) this.#takeInFiles(node, place);
        return;
      }
      case 'files':
      case 'filesmatch': {
        if (scope.kind === 'location' && !scope.parent?.files.folders.some(({ place }) => place === scope)) break;
        const name = nameOfFiles(section);
        const mistake = checkPathPattern(name);
        if (mistake !== undefined) {
          if (guards(section)) this.#warn(section);
          this.#leaveOut(section, mistake);
          return;
        }
        const place = new Scope('location', scope, section.at, '/');
        scope.files.named.push({ at: section.at, name, place });
        this.#workshop.ledger.enter(section.at);
        for (const node of section.children) this.#takeInFiles(node, place);
        return;
      }
      case 'if':
        if (section.args.join(' ') !== '-f %{REQUEST_FILENAME}') break;
        this.#workshop.ledger.carried(section.at, 'only scripts that exist are run');
        for (const node of section.children) this.#takeInFiles(node, scope);
        return;
      case 'proxy':
        this.#backends.takeSection(section);
        return;
      case 'requireall':
      case 'requireany':
      case 'requirenone':
        takeRequirements(section, scope, this.#workshop.ledger);
        return;
    }
    if (guards(section) && /^(directory|files)/i.test(section.name)) this.#warn(section);
    this.#leaveOut(section, sectionReason(section.name));
  }

  /** In a folder, or for names of files: rewriting is another one there, and nothing is passed on. */
  #takeInFiles(node: Node, place: Scope): void {
    if (node.kind === 'directive' && /^rewrite/i.test(node.name)) rewriteInFolder(node, place, this.#workshop);
    else if (node.kind === 'directive' && /^(proxypass|redirect)/i.test(node.name))
      this.#workshop.ledger.leftOut(node.at, 'in folders and for names of files nothing is passed on');
    else this.#take(node, place);
  }

  #warn({ at }: Node): void {
    this.#workshop.ledger.noted(at, 'WARNING: what it guards is not guarded here; write a rule for it');
  }

  /** `.htaccess` of a site whose files are served, read once. */
  #readOverrides(site: Scope): void {
    const { files, ledger } = this.#workshop;
    const root = site.files.root ?? this.#server.files.root;
    if (root === undefined) return;
    const folders = [...this.#server.files.folders, ...site.files.folders].filter(({ folder }) =>
      isBelow(root.folder, folder),
    );
    const isRead = folders
      .toSorted((a, b) => a.folder.length - b.folder.length)
      .findLast(({ place }) => place.files.overrides !== undefined)?.place.files.overrides;
    const name = `${root.folder}/.htaccess`;
    if (isRead !== true || !files.canRead(name)) return;
    const at = { file: name, line: 1, source: '.htaccess' };
    const place = new Scope('location', site, at, '/');
    site.files.folders.push({ at, folder: root.folder, place });
    for (const node of new Expansion(files, ledger, environmentOf(files)).file(name)) this.#takeInFiles(node, place);
    ledger.carried(at, 'read once: changes of it are not noticed');
  }

  /** What is said about files and nobody has spoken of: it serves nothing. */
  #leaveOutFiles(scope: Scope): void {
    for (const at of scope.files.statements)
      this.#workshop.ledger.leftOutUnlessCarried(at, 'files are served beside scripts of FastCGI only');
  }

  /** A prefix, a pattern, or a text with wildcards, which is a pattern for the gate. */
  #place(section: Node & { readonly kind: 'section' }, scope: Scope): Scope | undefined {
    const { ledger } = this.#workshop;
    const [first = '', second = ''] = section.args;
    const isPattern = section.name.toLowerCase() === 'locationmatch' || first === '~';
    const written = first === '~' ? second : first;
    if (!isPattern && !/[*?[]/.test(written)) {
      const mistake = checkPath(written);
      if (mistake === undefined) return new Scope('location', scope, section.at, written);
      this.#leaveOut(section, mistake);
      return undefined;
    }
    const pattern = isPattern ? written : patternOf(written);
    const mistake = checkPathPattern(pattern);
    if (mistake === undefined) return new Scope('location', scope, section.at, '/', pattern);
    if (guards(section)) ledger.noted(section.at, 'WARNING: what it guards is not guarded here; write a rule for it');
    this.#leaveOut(section, mistake);
    return undefined;
  }

  #leaveOut(node: Node, reason: string): void {
    this.#workshop.ledger.leftOut(node.at, reason);
    if (node.kind === 'section')
      for (const child of node.children) this.#leaveOut(child, `in ${node.at.source}: ${reason}`);
  }
}
