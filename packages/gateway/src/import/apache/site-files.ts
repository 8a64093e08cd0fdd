/** A virtual host whose files are served beside the scripts that PHP runs for it. */
import { checkPathPattern, compilePathPattern } from '../../proxy/path-pattern.ts';
import { isBelow } from '../../proxy/route.ts';
import type { Settings } from '../proxy/draft.ts';
import type { Statement } from '../proxy/statement.ts';
import type { Deed } from './destinations.ts';
import { fcgiName, fcgiTarget, isFcgi } from './fcgi.ts';
import { fcgidApplication } from './fcgid.ts';
import type { FileSettings, NamedFiles } from './file-settings.ts';
import { Scope } from './scope.ts';
import type { Workshop } from './topic.ts';

export interface SiteFiles {
  readonly at: Statement;
  readonly deed: Deed;
  /** Folders and names of files as places of the site, the outer first. */
  readonly sections: readonly Scope[];
}

/** Endings that have ever been run as PHP. */
const SCRIPTS = ['.php', '.phtml', '.phar', '.php3', '.php4', '.php5', '.php7', '.php8', '.phps', '.inc'];

/** Undefined where nothing runs scripts of the site, or the gate cannot say it. */
export function siteFiles(site: Scope, workshop: Workshop): SiteFiles | undefined {
  const { draft, ledger } = workshop;
  const scopes = site.parent === undefined ? [site] : [site.parent, site];
  const root = scopes.findLast((one) => one.files.root !== undefined)?.files.root;
  if (root === undefined) return undefined;
  const folders = scopes.flatMap(({ files }) => files.folders).toSorted((a, b) => a.folder.length - b.folder.length);
  const around = folders.filter(({ folder }) => isBelow(root.folder, folder));
  const inside = folders.filter(({ folder }) => folder !== root.folder && isBelow(folder, root.folder));
  // As Apache merges them: what the server says, the site, the folders.
  const said = [...scopes.map(({ files }) => files), ...around.map(({ place }) => place.files)];
  const runner = runnerOf(site, root.folder, said, workshop);
  if (runner === undefined) return undefined;
  const settings: Settings = {
    urls: runner.url,
    ...runner.times,
    fastcgi: {
      root: root.folder,
      ...answersOf(said, ledger),
      ...(runner.scripts.join() !== '.php' && { scripts: runner.scripts }),
      serve_files: true,
    },
  };
  const name = draft.upstream(runner.wish, settings);
  ledger.carried(runner.at, `upstream ${name}: ${runner.url}`, 'only scripts that exist are run');
  ledger.carried(root.at, 'fastcgi.root, fastcgi.serve_files', 'files of known types; see fastcgi.serve_files');
  for (const { at } of [...around, ...inside]) ledger.carried(at, 'a folder of the site');
  const sections = [
    ...around.map(({ place, at }) => sectionOf(site, at, '/', undefined, place)),
    ...inside.map(({ place, at, folder }) => sectionOf(site, at, below(folder, root.folder), undefined, place)),
    ...said.flatMap(({ named }) => named.flatMap((one) => namedSection(site, one, '/', workshop))),
    ...inside.flatMap(({ place: { files }, folder }) => {
      const path = below(folder, root.folder);
      const named = files.named.flatMap((one) => namedSection(site, one, path, workshop));
      return [...named, ...closedScripts(site, files, path, runner.scripts, workshop)];
    }),
  ];
  return { at: runner.at, deed: { kind: 'upstream', name, path: '/', isFastCgi: true }, sections };
}

interface Runner {
  /** As `upstreams.<name>.urls` takes it. */
  readonly url: string;
  readonly wish: string;
  /** Endings of names that are scripts. */
  readonly scripts: readonly string[];
  readonly at: Statement;
  readonly times: Settings;
}

/** What runs the scripts of a folder: a handler for its files, else `ProxyPassMatch`, else mod_fcgid. */
function runnerOf(site: Scope, root: string, said: readonly FileSettings[], workshop: Workshop): Runner | undefined {
  const named = said.flatMap((one) => one.named).map(({ name, place }) => ({ files: place.files, name }));
  const run = [...said.map((files) => ({ files, name: undefined })), ...named].findLast(({ files }) =>
    isFcgi(files.handler?.url ?? ''),
  );
  const handler = run?.files.handler;
  const { timeout } = site;
  const times = timeout === 60 ? {} : { response_timeout: `${timeout} s`, idle_timeout: `${timeout} s` };
  if (run !== undefined && handler !== undefined) {
    const target = fcgiTarget(handler.url, '/', undefined);
    if (typeof target !== 'string')
      return { url: target.url, wish: fcgiName(target.url), scripts: scriptsOf(run.name), at: handler.at, times };
    workshop.ledger.leftOut(handler.at, target);
    return undefined;
  }
  const passes = [...site.passes, ...(site.parent?.passes ?? [])];
  const pass = passes.find(({ pattern, url }) => pattern !== undefined && isFcgi(url ?? ''));
  if (pass === undefined) {
    const started = fcgidApplication(site.names[0]?.name ?? 'site', root, said, workshop);
    return started && { ...started, wish: started.url.slice('app:'.length) };
  }
  const target = fcgiTarget(pass.url ?? '', '/', pass.pattern);
  if (typeof target === 'string' || target.root !== root) return undefined;
  // What is a script, ProxyPassMatch says; of the other names none is.
  return { url: target.url, wish: fcgiName(target.url), scripts: [], at: pass.at, times };
}

/** Scripts that answer for folders, and for what is no file. */
function answersOf(said: readonly FileSettings[], ledger: Workshop['ledger']): Settings {
  const index = said.findLast((one) => one.index !== undefined)?.index;
  const fallback = said.findLast((one) => one.fallback !== undefined)?.fallback;
  const scripts = (index?.names ?? []).filter(
    (name) => /^[\w.-]+$/.test(name) && SCRIPTS.some((ending) => name.endsWith(ending)),
  );
  if (index !== undefined) {
    const pages = index.names.filter((one) => !scripts.includes(one));
    const note = `${pages.join(', ')}: no page answers for a folder, only a script`;
    ledger.carried(index.at, `fastcgi.index: ${scripts.join(', ') || 'none'}`, ...(pages.length > 0 ? [note] : []));
  }
  if (fallback !== undefined) ledger.carried(fallback.at, `fastcgi.front_controller: ${fallback.path ?? 'none'}`);
  return { index: scripts, ...(fallback?.path !== undefined && { front_controller: fallback.path }) };
}

/** The path of a folder in the site. */
function below(folder: string, root: string): string {
  return folder.slice(root.replace(/\/$/, '').length);
}

/** A handler for all files runs those that are scripts by their names; others would be run as well by Apache. */
function scriptsOf(name: string | undefined): readonly string[] {
  if (name === undefined) return ['.php'];
  return SCRIPTS.filter((ending) => matches(name, `x${ending}`));
}

function matches(name: string, file: string): boolean {
  return compilePathPattern([name])?.matches(file) === true;
}

/** The same words about another place. */
function sectionOf(site: Scope, at: Scope['at'], path: string, pattern: string | undefined, said: Scope): Scope {
  const section = new Scope('location', site, at, path, pattern);
  section.takeFrom(said);
  return section;
}

/** `name` is for the last segment: of everything below the folder. */
function namedSection(
  site: Scope,
  { at, name, place }: NamedFiles,
  folder: string,
  { ledger }: Workshop,
): readonly Scope[] {
  if (place.isEmpty && place.files.handler === undefined) ledger.leftOut(at, 'nothing in it is carried over');
  else ledger.carried(at, 'names of files');
  if (place.isEmpty) return [];
  const start = escaped(folder.replace(/\/+$/, ''));
  const pattern = name.startsWith('^') ? `^${start}/(?:.*/)?${name.slice(1)}` : `^${start}/.*${name}`;
  if (checkPathPattern(pattern) === undefined) return [sectionOf(site, at, '/', pattern, place)];
  ledger.unguarded(at);
  return [];
}

/** A folder in which no script is run: nobody gets those of it. */
function closedScripts(
  site: Scope,
  files: FileSettings,
  path: string,
  scripts: readonly string[],
  { ledger }: Workshop,
): readonly Scope[] {
  const at = files.withoutScripts;
  if (at === undefined) return [];
  const endings = scripts.map((ending) => escaped(ending)).join('|');
  const section = new Scope('location', site, at, '/', `^${escaped(path)}/.*(?:${endings})(?:/|$)`);
  section.access.requirements.push({ kind: 'nobody', isNegated: false });
  ledger.carried(at, 'routes: scripts in there are answered with 403');
  return [section];
}

function escaped(text: string): string {
  return text.replace(/[\\^$.|?*+(){}[\]]/g, '\\$&');
}
