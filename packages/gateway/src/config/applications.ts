/** What is wrong between applications, principals, upstreams and workers that are fine by themselves. */
import { closest } from './closest.ts';
import type { Config } from './config.ts';
import { applicationOf } from './sections/upstream.ts';

interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export function contradictionsOfApplications(config: Config): readonly Contradiction[] {
  const { applications, principals, upstreams, workers } = config;
  const found: Contradiction[] = [];
  for (const [name, { principal, command }] of applications) {
    const path = ['applications', name];
    if (!principals.has(principal))
      found.push({ path: [...path, 'principal'], message: unknown('principal', principal, [...principals.keys()]) });
    if (command.length === 0) found.push({ path: [...path, 'command'], message: 'a command has at least one word' });
  }
  if (applications.size > 0 && workers.count === 0)
    found.push({
      path: ['applications'],
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
