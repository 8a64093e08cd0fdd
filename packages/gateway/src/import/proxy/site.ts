/** A virtual host of another server on its way to routes. */
import { checkHostPattern } from '../../config/checks.ts';
import type { Draft, Settings } from './draft.ts';
import type { Ledger } from './ledger.ts';
import type { Statement } from './statement.ts';

export interface SiteRoute {
  readonly at: Statement;
  readonly path: string;
  readonly exact?: boolean;
  readonly pattern?: readonly string[];
  /** Narrower than the site's. */
  readonly scheme?: 'http' | 'https';
  /** For the report: `upstream app`. */
  readonly what: string;
  readonly more: Settings;
}

export interface Site {
  readonly at: Statement;
  /** Host names as `routes[].hosts` takes them; empty for every host. */
  readonly hosts: readonly string[];
  /** Only clients connected so; both when undefined. */
  readonly scheme: 'http' | 'https' | undefined;
  readonly routes: readonly SiteRoute[];
  /** Put into each of its routes that has no such key. */
  readonly common: Settings;
}

/** Settings that make no sense where the gate answers itself. */
const FOR_UPSTREAMS = ['preserve_host', 'send_host', 'request_headers', 'response_headers', 'max_body'];

/** Writes its routes. A site with names of its own answers 404 where it has no route, so that no other site answers for it. */
export function writeSite(draft: Draft, ledger: Ledger, site: Site): void {
  for (const { at, path, exact, pattern = [], what, more, scheme: own } of site.routes) {
    if (site.scheme !== undefined && own !== undefined && own !== site.scheme) {
      ledger.leftOut(at, `clients of this site come by ${site.scheme} only`);
      continue;
    }
    const common = Object.entries(site.common).filter(
      ([key]) => more['upstream'] !== undefined || !FOR_UPSTREAMS.includes(key),
    );
    const scheme = own ?? site.scheme;
    const isWritten = draft.route({
      ...(scheme && { scheme }),
      hosts: site.hosts,
      path,
      ...(exact && { exact }),
      ...(!exact && { pattern }),
      more: { ...more, ...Object.fromEntries(common.filter(([key]) => more[key] === undefined)) },
    });
    const place = `${site.hosts.length === 0 ? 'every host' : site.hosts.join(', ')} ${exact ? '= ' : ''}${path}${exact ? '' : pattern.map((one) => ` ~ ${one}`).join('')}`;
    if (isWritten) ledger.carried(at, `routes: ${place} -> ${what}`);
    else ledger.leftOut(at, `another route has ${place} already; routes know hosts and paths, not ports`);
  }
  // Logs know a site by its routes.
  if (site.hosts.length === 0 && site.common['tag'] === undefined) return;
  const roots = site.routes.filter((one) => one.path === '/' && !one.exact && (one.pattern ?? []).length === 0);
  const common = Object.entries(site.common).filter(([key]) => !FOR_UPSTREAMS.includes(key));
  const rest = { hosts: site.hosts, path: '/', more: { answer: 404, ...Object.fromEntries(common) } };
  if (roots.length === 0) draft.route({ ...(site.scheme && { scheme: site.scheme }), ...rest });
  else if (roots.every((one) => one.scheme !== undefined)) {
    for (const scheme of ['http', 'https'] as const) draft.route({ scheme, ...rest });
  }
}

/** Names that routes understand; the others are told to `onOther` with the reason. */
export function routeHosts(
  names: readonly string[],
  onOther: (name: string, reason: string) => void,
): readonly string[] {
  const hosts = new Set<string>();
  for (const written of names) {
    const name = written.toLowerCase().replace(/\.$/, '');
    const mistake = checkHostPattern(name);
    if (mistake === undefined) hosts.add(name);
    else onOther(written, mistake);
  }
  return [...hosts];
}
