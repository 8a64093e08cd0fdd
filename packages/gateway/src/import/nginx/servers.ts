/** `server` blocks: which ports they open, which names they have, and their routes. */
import { clientCertificates } from '../proxy/client-certificates.ts';
import type { Settings } from '../proxy/draft.ts';
import { routeHosts, type SiteRoute, writeSite } from '../proxy/site.ts';
import { locationRoute, redirectsAll, serverRedirects } from './locations.ts';
import type { NginxItem } from './parse.ts';
import type { NginxScope } from './scope.ts';
import type { NginxUpstreams } from './upstreams.ts';
import type { NginxWorkshop } from './workshop.ts';

interface Listen {
  readonly address: string;
  readonly port: number;
  readonly isSecure: boolean;
  readonly isDefault: boolean;
  readonly at: NginxItem['at'];
}

/** Opens the ports and writes the routes of all servers. */
export function writeServers(servers: readonly NginxScope[], upstreams: NginxUpstreams, workshop: NginxWorkshop): void {
  const listens = new Map(servers.map((server) => [server, listensOf(server, workshop)]));
  const all = [...listens.values()].flat();
  const isMixed = all.some(({ isSecure }) => isSecure) && all.some(({ isSecure }) => !isSecure);
  const defaults = defaultServers(listens);
  for (const [server, own] of listens) {
    openDoors(server, own, workshop);
    const isDefault = defaults.has(server);
    const schemes = new Set(own.map(({ isSecure }) => (isSecure ? 'https' : 'http') as 'http' | 'https'));
    const [only] = schemes;
    writeServer(server, isDefault, isMixed && schemes.size === 1 ? only : undefined, upstreams, workshop);
  }
}

/** Who answers for unknown names on a port: the one that says so, or the first. */
function defaultServers(listens: ReadonlyMap<NginxScope, readonly Listen[]>): ReadonlySet<NginxScope> {
  const first = new Map<number, NginxScope>();
  const said = new Map<number, NginxScope>();
  for (const [server, own] of listens) {
    for (const { port, isDefault } of own) {
      if (!first.has(port)) first.set(port, server);
      if (isDefault) said.set(port, server);
    }
  }
  return new Set([...first].map(([port, server]) => said.get(port) ?? server));
}

function listensOf(server: NginxScope, { ledger }: NginxWorkshop): readonly Listen[] {
  const items = server.own('listen');
  if (items.length === 0)
    return [{ address: '0.0.0.0', port: 80, isSecure: false, isDefault: false, at: server.at as NginxItem['at'] }];
  return items.flatMap(({ args, at }) => {
    const [place = '', ...options] = args;
    const parts = /^(?:(\[[\da-fA-F:.]+\]|[\w.*-]+?):)?(\d{1,5})$|^(\[[\da-fA-F:.]+\]|\d+\.\d+\.\d+\.\d+|\*)$/.exec(
      place,
    );
    const port = Number(parts?.[2] ?? 80);
    if (parts === null || port > 65_535) {
      ledger.leftOut(at, `"${place}" is not an address with a port`);
      return [];
    }
    const written = (parts[1] ?? parts[3] ?? '*').replace(/^\[|\]$/g, '');
    const unknown = options.filter((one) => !/^(ssl|default_server|default)$/.test(one));
    if (unknown.length > 0) ledger.noted(at, `${unknown.join(', ')}: not carried over`);
    return [
      {
        address: written === '*' ? '0.0.0.0' : written,
        port,
        isSecure: options.includes('ssl'),
        isDefault: options.some((one) => /^default(_server)?$/.test(one)),
        at,
      },
    ];
  });
}

function openDoors(server: NginxScope, own: readonly Listen[], workshop: NginxWorkshop): void {
  const { draft, ledger } = workshop;
  const tls = own.some(({ isSecure }) => isSecure) ? tlsOf(server, workshop) : undefined;
  for (const { address, port, isSecure, at } of own) {
    if (isSecure && tls === undefined) {
      ledger.leftOut(at, `no certificate for port ${port} can be read here; add a listener with "tls"`);
      continue;
    }
    draft.listen({ address, port, ...(isSecure && tls !== undefined && { tls }) });
    ledger.carried(at, `listeners: ${address} port ${port}${isSecure ? ' with TLS' : ''}`);
  }
}

function tlsOf(server: NginxScope, workshop: NginxWorkshop): Settings | undefined {
  const { ledger, files } = workshop;
  const certificate = server.last('ssl_certificate');
  const key = server.last('ssl_certificate_key');
  if (certificate === undefined || key === undefined) return undefined;
  for (const { at, args } of [certificate, key]) {
    if (files.canRead(args[0] ?? '')) continue;
    ledger.leftOut(at, `${args[0] ?? ''} cannot be read here`);
    return undefined;
  }
  const verify = server.last('ssl_verify_client');
  const ca = server.last('ssl_client_certificate');
  const word = verify?.args[0];
  const mode = word === 'on' ? 'require' : word === 'off' ? undefined : 'optional';
  const clients = clientCertificates(
    verify && { at: verify.at, mode },
    ca && { at: ca.at, file: ca.args[0] ?? '' },
    'ssl_client_certificate',
    workshop,
  );
  if (clients === undefined) return undefined;
  ledger.carried(certificate.at, 'listeners: tls.certificate');
  ledger.carried(key.at, 'listeners: tls.key');
  const protocols = server.last('ssl_protocols');
  const isNewest = protocols?.args.every((one) => one === 'TLSv1.3') === true;
  if (protocols !== undefined)
    ledger.carried(
      protocols.at,
      `listeners: tls.min_version ${isNewest ? 'TLSv1.3' : 'TLSv1.2'}`,
      'TLS 1.1 and older are not spoken',
    );
  return {
    certificate: files.placeOf(certificate.args[0] ?? ''),
    key: files.placeOf(key.args[0] ?? ''),
    ...(isNewest && { min_version: 'TLSv1.3' }),
    ...clients,
  };
}

function writeServer(
  server: NginxScope,
  isDefault: boolean,
  scheme: 'http' | 'https' | undefined,
  upstreams: NginxUpstreams,
  workshop: NginxWorkshop,
): void {
  const { draft, ledger } = workshop;
  const at = server.at as NginxItem['at'];
  const names = namesOf(server, isDefault, ledger);
  const routes: SiteRoute[] = [];
  // What stands in the server itself comes before its locations.
  routes.push(...serverRedirects(server, names, ledger));
  if (server.own('return').length > 0 || server.own('rewrite').some(redirectsAll)) {
    const route = locationRoute(server, names, upstreams, workshop);
    if (route !== undefined) routes.push(route);
    for (const location of server.locations)
      ledger.leftOut(location.at as NginxItem['at'], 'the server returns before');
  } else {
    for (const location of server.locations) {
      const route = locationRoute(location, names, upstreams, workshop);
      if (route !== undefined) routes.push(route);
    }
  }
  if (!isDefault && names.length === 0) {
    ledger.leftOut(at, 'it has no name, and is not the first of its port');
    for (const route of routes) ledger.leftOut(route.at, 'its server is never asked');
    return;
  }
  ledger.carried(at, `a site with ${routes.length} routes`);
  const tag = workshop.tagOf(server);
  writeSite(draft, ledger, {
    at,
    hosts: isDefault ? [] : names,
    scheme,
    routes,
    common: tag === undefined ? {} : { tag },
  });
}

/** `example.org *.example.org .example.org _ ""`. */
function namesOf(server: NginxScope, isDefault: boolean, ledger: NginxWorkshop['ledger']): readonly string[] {
  return server.own('server_name').flatMap(({ args, at }) => {
    const names = args
      .filter((name) => name !== '_' && name !== '')
      .flatMap((name) => (name.startsWith('.') ? [name.slice(1), `*${name}`] : [name]));
    const hosts = routeHosts(names, (name, reason) => ledger.noted(at, `${name}: ${reason}`));
    if (isDefault)
      ledger.carried(
        at,
        'routes: every host',
        ...(names.length > 0 ? ['the first server of a port answers for all other names too'] : []),
      );
    else if (hosts.length > 0) ledger.carried(at, `routes: hosts ${hosts.join(', ')}`);
    else ledger.leftOut(at, 'there is no name routes could go by');
    return hosts;
  });
}
