/** What is wrong between applications, principals, upstreams and workers that are fine by themselves. */
import { closest } from './closest.ts';
import type { Config } from './config.ts';
import { mistakesOfFiles } from './sections/fastcgi.ts';
import { applicationOf } from './sections/upstream/url.ts';

interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export function contradictionsOfApplications(config: Config): readonly Contradiction[] {
  const { applications, deployments, principals, upstreams, workers } = config;
  const found: Contradiction[] = [];
  for (const [name, { principal, command }] of applications) {
    const path = ['applications', name];
    if (!principals.has(principal))
      found.push({ path: [...path, 'principal'], message: unknown('principal', principal, [...principals.keys()]) });
    if (command.length === 0) found.push({ path: [...path, 'command'], message: 'a command has at least one word' });
  }
  for (const [name, { domain, prefix, hosts, runtimes }] of deployments) {
    const path = ['deployments', name];
    if ((domain === undefined) === (prefix === undefined))
      found.push({ path, message: 'folders become either hosts by "domain" or paths by "prefix"' });
    if (domain !== undefined && hosts.length > 0)
      found.push({ path: [...path, 'hosts'], message: 'hosts are for "prefix"; with "domain" each folder is one' });
    if (runtimes.length === 0)
      found.push({ path: [...path, 'runtimes'], message: 'there must be a way to run folders' });
    runtimes.forEach(({ command, protocol, marker, fastcgi }, at) => {
      const place = [...path, 'runtimes', at];
      if (command.length === 0) found.push({ path: place, message: 'a command has at least one word' });
      if (fastcgi.root !== undefined) found.push({ path: place, message: 'the "root" of a site is its folder' });
      if (protocol === 'http' && fastcgi.frontController !== undefined)
        found.push({ path: place, message: '"fastcgi" is for "protocol: fastcgi"' });
      const isScript = protocol === 'fastcgi' && fastcgi.scripts.some((suffix) => marker.endsWith(suffix));
      if (fastcgi.serveFiles && !isScript)
        found.push({ path: place, message: '"serve_files" is for sites whose marker is a script of FastCGI' });
      found.push(...mistakesOfFiles(fastcgi).map((message) => ({ path: place, message })));
    });
  }
  if (applications.size + deployments.size > 0 && workers.count === 0)
    found.push({
      path: [applications.size > 0 ? 'applications' : 'deployments'],
      message: 'applications are started by a supervisor; "workers.count" must not be 0',
    });
  for (const [name, { urls }] of upstreams) {
    for (const { url } of urls) {
      const application = applicationOf(url);
      if (application === undefined || applications.has(application)) continue;
      const message = unknown('application', application, [...applications.keys()]);
      found.push({ path: ['upstreams', name, 'urls'], message });
    }
  }
  return found;
}

function unknown(kind: string, name: string, names: readonly string[]): string {
  const near = closest(name, names);
  const hint = near ? `; did you mean "${near}"?` : names.length > 0 ? `; there is ${names.join(', ')}` : '';
  return `there is no ${kind} "${name}"${hint}`;
}
