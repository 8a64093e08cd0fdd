/** Sections of Apache: statements in turn, each taken in the place it stands in. */
import { checkPathPattern } from '../../proxy/path-pattern.ts';
import { isBelow } from '../../proxy/route.ts';
import { takeRequirements } from './access.ts';
import type { Backends } from './backends.ts';
import { takeDirective } from './directives.ts';
import { Expansion, environmentOf, type Node, type NodeSection } from './expand.ts';
import { rewriteInFolder } from './file-directives.ts';
import { sectionReason } from './no-counterpart.ts';
import { nameOfFiles, placeOf } from './places.ts';
import { takeRuleFile } from './rules.ts';
import { Scope } from './scope.ts';
import type { Workshop } from './topic.ts';

export class Sections {
  readonly #backends: Backends;
  readonly #workshop: Workshop;
  readonly server = new Scope('server');
  /** `<VirtualHost>`s, as they are written, with the addresses each is for. */
  readonly sites = new Map<Scope, readonly string[]>();

  constructor(backends: Backends, workshop: Workshop) {
    this.#backends = backends;
    this.#workshop = workshop;
  }

  /** Takes what stands in `scope`, and what is in that. */
  take(nodes: readonly Node[], scope: Scope): void {
    for (const node of nodes) this.#take(node, scope);
  }

  /** `.htaccess` of a site whose files are served, read once. */
  takeOverrides(site: Scope): void {
    const { files, ledger } = this.#workshop;
    const root = site.files.root ?? this.server.files.root;
    if (root === undefined) return;
    const folders = [...this.server.files.folders, ...site.files.folders].filter(({ folder }) =>
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
    this.#takeInFiles(new Expansion(files, ledger, environmentOf(files)).file(name), place);
    ledger.carried(at, 'read once: changes of it are not noticed');
  }

  #take(node: Node, scope: Scope): void {
    if (node.kind === 'section') this.#section(node, scope);
    else if (node.kind === 'rules') takeRuleFile(node, scope, this.#workshop);
    else takeDirective(node, scope, this.#backends, this.#workshop);
  }

  #section(section: NodeSection, scope: Scope): void {
    const { ledger } = this.#workshop;
    switch (section.name.toLowerCase()) {
      case 'virtualhost':
        this.#site(section);
        return;
      case 'location':
      case 'locationmatch': {
        const place = placeOf(section, scope);
        if (typeof place === 'string') {
          this.#leaveOutGuard(section, place);
          return;
        }
        scope.locations.push(place);
        this.take(section.children, place);
        return;
      }
      case 'directory': {
        const [folder = ''] = section.args;
        if (/[*?[~]/.test(folder)) break;
        const place = new Scope('location', scope, section.at, '/');
        scope.files.folders.push({ at: section.at, folder: folder.replace(/(.)\/+$/, '$1'), place });
        ledger.enter(section.at);
        this.#takeInFiles(section.children, place);
        return;
      }
      case 'files':
      case 'filesmatch': {
        if (scope.kind === 'location' && !scope.parent?.files.folders.some(({ place }) => place === scope)) break;
        const name = nameOfFiles(section);
        const mistake = checkPathPattern(name);
        if (mistake !== undefined) {
          this.#leaveOutGuard(section, mistake);
          return;
        }
        const place = new Scope('location', scope, section.at, '/');
        scope.files.named.push({ at: section.at, name, place });
        ledger.enter(section.at);
        this.#takeInFiles(section.children, place);
        return;
      }
      case 'if':
        if (section.args.join(' ') !== '-f %{REQUEST_FILENAME}') break;
        ledger.carried(section.at, 'only scripts that exist are run');
        this.#takeInFiles(section.children, scope);
        return;
      case 'proxy':
        this.#backends.takeSection(section);
        return;
      case 'requireall':
      case 'requireany':
      case 'requirenone':
        takeRequirements(section, scope, ledger);
        return;
    }
    this.#leaveOutGuard(section, sectionReason(section.name));
  }

  #site(section: NodeSection): void {
    const site = new Scope('site', this.server, section.at);
    // An address may be a name; without `ServerName` it is that of the site as well.
    for (const address of section.args) {
      const name = address.replace(/:[\d*]+$/, '');
      if (isHostName(name)) site.names.push({ name, at: section.at });
    }
    this.sites.set(site, section.args);
    this.take(section.children, site);
  }

  /** In a folder, or for names of files: rewriting is another one there, and nothing is passed on. */
  #takeInFiles(nodes: readonly Node[], place: Scope): void {
    for (const node of nodes) {
      if (node.kind === 'directive' && /^rewrite/i.test(node.name)) rewriteInFolder(node, place, this.#workshop);
      else if (node.kind === 'directive' && /^(proxypass|redirect)/i.test(node.name))
        this.#workshop.ledger.leftOut(node.at, 'in folders and for names of files nothing is passed on');
      else this.#take(node, place);
    }
  }

  /** With a warning, where it says who may have something. */
  #leaveOutGuard(section: NodeSection, reason: string): void {
    if (section.children.some(isGuard)) this.#workshop.ledger.unguarded(section.at);
    this.#leaveOut(section, reason);
  }

  #leaveOut(node: Node, reason: string): void {
    this.#workshop.ledger.leftOut(node.at, reason);
    if (node.kind === 'section')
      for (const child of node.children) this.#leaveOut(child, `in ${node.at.source}: ${reason}`);
  }
}

/** It says who may have something, or something in it does. */
function isGuard(node: Node): boolean {
  if (/^<?(require|allow|deny|order|auth)/i.test(node.at.source)) return true;
  return node.kind === 'section' && node.children.some(isGuard);
}

/** Neither an IP address nor a wildcard. */
function isHostName(address: string): boolean {
  return /[a-z]/i.test(address) && !/^(_default_|\[.*\])$/i.test(address);
}
