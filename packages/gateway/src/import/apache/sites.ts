/** Virtual hosts of Apache: which connections they are for, and which routes they become. */
import { clientCertificates } from '../proxy/client-certificates.ts';
import type { Settings } from '../proxy/draft.ts';
import { routeHosts, type Site, type SiteRoute } from '../proxy/site.ts';
import type { Backends } from './backends.ts';
import type { Scope } from './scope.ts';
import { siteRoutes } from './site-routes.ts';
import type { Workshop } from './topic.ts';

export interface Doors {
  readonly scope: Scope;
  readonly scheme: 'http' | 'https' | undefined;
  /** It answers for names that no site has. */
  readonly isDefault: boolean;
}

/**
 * Opens the ports and says which site is on which. The first site of a port answers for unknown names there; without any site
 * the main server does. `sites`: as they are written, with the addresses each is for.
 */
export function siteDoors(sites: ReadonlyMap<Scope, readonly string[]>, server: Scope, workshop: Workshop): Doors[] {
  const { draft, ledger, listens } = workshop;
  const ports = new Map<number, Scope[]>();
  for (const [site, addresses] of sites) {
    for (const address of addresses) {
      const port = Number(/:(\d+)$/.exec(address)?.[1] ?? (address.endsWith(':*') ? 0 : 80));
      const all = port === 0 ? listens.map((one) => one.port) : [port];
      for (const one of all) ports.set(one, [...(ports.get(one) ?? []), site]);
    }
  }
  // A part of a configuration says nothing of its ports.
  const wanted: readonly { address: string; port: number; at?: Workshop['listens'][0]['at'] }[] =
    listens.length > 0 ? listens : [...(ports.size > 0 ? ports.keys() : [80])].map((port) => ({ address: '::', port }));
  const secured = new Map<number, boolean>();
  for (const { address, port, at } of wanted) {
    const here = ports.get(port) ?? [server];
    const secure = here.find((site) => /^(on|optional)$/i.test(site.tlsValue('sslengine')?.value ?? ''));
    secured.set(port, secure !== undefined);
    const tls = secure === undefined ? undefined : tlsOf(secure, workshop);
    if (secure !== undefined && tls === undefined) {
      if (at !== undefined)
        ledger.leftOut(at, `no certificate for port ${port} can be read here; add a listener with "tls"`);
      continue;
    }
    const isNew = draft.listen({ address, port, ...(tls && { tls }) });
    for (const site of here) {
      const other = site === secure || site.tls.size === 0 ? undefined : tlsOf(site, workshop);
      if (other !== undefined && tls !== undefined) draft.listen({ address, port, tls: other });
      const asks = (one: Scope): boolean => one.tlsValue('sslverifyclient')?.value.toLowerCase() === 'require';
      if (secure !== undefined && asks(site) && !asks(secure) && site.at !== undefined)
        site.closed ??= { at: site.at, note: 'client certificates are for a whole port: closed until you decide' };
    }
    if (at !== undefined) {
      if (isNew) ledger.carried(at, `listeners: ${address} port ${port}${tls ? ' with TLS' : ''}`);
      else ledger.leftOut(at, 'this place is listed before');
    }
  }
  const isMixed = [...secured.values()].includes(true) && [...secured.values()].includes(false);
  const doors = [...sites.keys()].map((scope): Doors => {
    const own = [...ports].filter(([, all]) => all.includes(scope)).map(([port]) => port);
    const schemes = new Set(own.map((port) => (secured.get(port) === true ? 'https' : 'http')));
    const [only] = [...schemes] as ('http' | 'https')[];
    if (own.every((port) => !secured.has(port)) && scope.at !== undefined)
      ledger.noted(scope.at, `no Listen for port ${own.join(', ')}: it is never reached`);
    return {
      scope,
      scheme: isMixed && schemes.size === 1 ? only : undefined,
      isDefault: own.some((port) => ports.get(port)?.find((one) => !isNamedByAddress(one)) === scope),
    };
  });
  return sites.size > 0 ? doors : [{ scope: server, scheme: undefined, isDefault: true }];
}

/** `<VirtualHost www.example.org>`: it is for that name, and no other. */
function isNamedByAddress({ at, names }: Scope): boolean {
  return names.some((one) => one.at === at);
}

function tlsOf(site: Scope, workshop: Workshop): Settings | undefined {
  const { ledger, files } = workshop;
  const certificate = site.tlsValue('sslcertificatefile');
  const key = site.tlsValue('sslcertificatekeyfile') ?? certificate;
  const engine = site.tlsValue('sslengine');
  const protocol = site.tlsValue('sslprotocol');
  if (certificate === undefined || key === undefined) {
    if (engine !== undefined) ledger.leftOut(engine.at, 'it names no certificate');
    return undefined;
  }
  for (const { value, at } of [certificate, key]) {
    if (files.canRead(value)) continue;
    ledger.leftOut(at, `${value} cannot be read here`);
    if (engine !== undefined) ledger.leftOut(engine.at, 'its certificate cannot be read here');
    return undefined;
  }
  const isNewestOnly = protocol !== undefined && speaksNewestOnly(protocol.value);
  const verify = site.tlsValue('sslverifyclient');
  const ca = site.tlsValue('sslcacertificatefile');
  const mode = verify?.value.toLowerCase();
  const clients = clientCertificates(
    verify && { at: verify.at, mode: mode === 'require' || mode === 'optional' ? mode : undefined },
    ca && { at: ca.at, file: ca.value },
    'SSLCACertificateFile',
    workshop,
  );
  if (clients === undefined) return undefined;
  ledger.carried(certificate.at, `listeners: tls.certificate ${certificate.value}`);
  if (key !== certificate) ledger.carried(key.at, `listeners: tls.key ${key.value}`);
  if (engine !== undefined) ledger.carried(engine.at, 'listeners: tls');
  if (protocol !== undefined)
    ledger.carried(
      protocol.at,
      `listeners: tls.min_version ${isNewestOnly ? 'TLSv1.3' : 'TLSv1.2'}`,
      'TLS 1.1 and older are not spoken',
    );
  return {
    certificate: files.placeOf(certificate.value),
    key: files.placeOf(key.value),
    ...(isNewestOnly && { min_version: 'TLSv1.3' }),
    ...clients,
  };
}

/** Whether `SSLProtocol` lets TLS 1.3 alone. Words change what those before them said; one without a sign stands for itself. */
function speaksNewestOnly(written: string): boolean {
  let spoken = new Set<string>();
  for (const word of written.toLowerCase().split(/\s+/)) {
    const name = word.replace(/^[+-]/, '');
    const named = name === 'all' ? ['tlsv1.2', 'tlsv1.3'] : [name];
    if (word.startsWith('-')) for (const one of named) spoken.delete(one);
    else spoken = new Set(word.startsWith('+') ? [...spoken, ...named] : named);
  }
  return spoken.has('tlsv1.3') && !spoken.has('tlsv1.2');
}

/** The routes of a site. */
export function siteOf(
  scope: Scope,
  scheme: 'http' | 'https' | undefined,
  isDefault: boolean,
  backends: Backends,
  workshop: Workshop,
): Site {
  const { ledger } = workshop;
  const hosts = isDefault
    ? []
    : routeHosts(
        scope.names.map(({ name }) => name),
        (name, reason) => {
          const at = scope.names.find((one) => one.name === name)?.at;
          if (at !== undefined) ledger.leftOut(at, reason);
        },
      );
  for (const { name, at } of scope.names) {
    if (isDefault)
      ledger.carried(
        at,
        `routes: ${name} is among every host`,
        'the first site of a port answers for all other names too',
      );
    else if (hosts.includes(name.toLowerCase())) ledger.carried(at, `routes: hosts ${name}`);
  }
  const routes: SiteRoute[] = [];
  if (scope.closed === undefined) routes.push(...siteRoutes(scope, [scheme], backends, workshop));
  else {
    routes.push({ at: scope.closed.at, path: '/', what: 'answer 403', more: { answer: 403 } });
    ledger.noted(scope.closed.at, scope.closed.note);
  }
  const at = scope.at ?? { file: '', line: 0, source: '' };
  if (scope.at !== undefined) {
    if (routes.length > 0 || hosts.length > 0) ledger.carried(scope.at, `a site with ${routes.length} routes`);
    else ledger.leftOut(scope.at, 'it passes nothing on, and files are not served');
  }
  if (!isDefault && hosts.length === 0) {
    for (const route of routes) ledger.leftOut(route.at, 'its site has no name, and is not the first of its port');
    return { at, hosts, scheme, routes: [], common: {} };
  }
  return { at, hosts, scheme, routes, common: {} };
}
