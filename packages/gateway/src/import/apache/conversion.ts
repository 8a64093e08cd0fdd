/** From the statements of a configuration to routes and logs, in the order one needs the other. */
import { writeSite } from '../proxy/site.ts';
import { Backends } from './backends.ts';
import type { Node } from './expand.ts';
import { ApacheLogs } from './logs.ts';
import { Sections } from './sections.ts';
import { siteDoors, siteOf } from './sites.ts';
import type { Workshop } from './topic.ts';

/** Writes into the draft of the workshop what these statements say, and into its ledger what became of each. */
export function convertApache(nodes: readonly Node[], workshop: Workshop): void {
  const { draft, ledger } = workshop;
  const backends = new Backends(workshop);
  const sections = new Sections(backends, workshop);
  const { server } = sections;
  sections.take(nodes, server);
  const sites = [...sections.sites.keys()];
  const logs = new ApacheLogs(server, sites, workshop);
  for (const site of sites.length > 0 ? sites : [server]) sections.takeOverrides(site);
  for (const { scope, scheme, isDefault } of siteDoors(sections.sites, server, workshop)) {
    const tag = logs.tagOf(scope);
    const site = siteOf(scope, scheme, isDefault, backends, workshop);
    writeSite(draft, ledger, tag === undefined ? site : { ...site, common: { tag } });
  }
  // Nobody has spoken of these: without scripts no files are served.
  for (const at of [server, ...sites].flatMap(({ files }) => files.statements))
    ledger.leftOutUnlessCarried(at, 'files are served beside scripts of FastCGI only');
  logs.write();
}
