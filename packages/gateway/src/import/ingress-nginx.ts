/** Ingress resources for the controller ingress-nginx as a configuration of the gate, with an account of every annotation. */
import { readFileSync } from 'node:fs';
import { checkPath } from '../config/checks.ts';
import { checkPathPattern, checkWholePath } from '../proxy/path-pattern.ts';
import { type Meaning, meaningOf } from './ingress/annotations.ts';
import { type Ingress, type IngressPath, readManifests, type ServicePorts } from './ingress/manifest.ts';
import { Draft, type Settings } from './proxy/draft.ts';
import { finishDraft } from './proxy/finish-draft.ts';
import { Ledger } from './proxy/ledger.ts';
import { oldName } from './proxy/old-files.ts';
import type { ProxyImport, ProxyImportOptions } from './proxy/result.ts';
import { RuleFiles } from './proxy/rule-files.ts';
import { routeHosts, type SiteRoute, writeSite } from './proxy/site.ts';
import { parseTarget } from './proxy/target.ts';

/** One path of one Ingress. */
interface Part {
  readonly ingress: Ingress;
  readonly meaning: Meaning;
  readonly path: IngressPath;
}

/** Rejects with an error of the system when `file` cannot be read. */
export async function importIngress(file: string, options: ProxyImportOptions = {}): Promise<ProxyImport> {
  const name = oldName(file, options.root);
  const ledger = new Ledger();
  const draft = new Draft();
  const rules = new RuleFiles();
  const { ingresses, ports } = readManifests(name, readFileSync(file, 'utf8'), ledger);
  const conversion = new Conversion(draft, ledger, ports);
  for (const ingress of ingresses) {
    const meaning = meaningOf(ingress, { ledger, rules, canWriteRules: options.rulesFile !== undefined });
    conversion.take(ingress, meaning);
  }
  if (ingresses.length > 0) draft.listen({ address: '::', port: 80 });
  conversion.write();
  return await finishDraft({ draft, ledger, rules }, options, `Made by sallyport import ingress-nginx from ${name}.`);
}

class Conversion {
  readonly #draft: Draft;
  readonly #ledger: Ledger;
  readonly #ports: ServicePorts;
  /** By host; the empty one is every host. */
  readonly #hosts = new Map<string, Part[]>();
  readonly #secured = new Set<string>();

  constructor(draft: Draft, ledger: Ledger, ports: ServicePorts) {
    this.#draft = draft;
    this.#ledger = ledger;
    this.#ports = ports;
  }

  take(ingress: Ingress, meaning: Meaning): void {
    if (ingress.annotations.get('canary')?.text === 'true') {
      this.#ledger.leftOut(ingress.at, 'requests are not divided among several versions');
      return;
    }
    for (const { at, hosts, secret } of ingress.tls) {
      for (const host of hosts) this.#secured.add(host.toLowerCase());
      this.#ledger.leftOut(
        at,
        `put the certificate of the secret ${secret} into files, and add a listener with "tls" for port 443`,
      );
    }
    let count = 0;
    let hasRoot = false;
    const add = (host: string, path: IngressPath): void => {
      this.#hosts.set(host, [...(this.#hosts.get(host) ?? []), { ingress, meaning, path }]);
      count++;
      hasRoot ||= path.path === '/';
    };
    for (const { host, paths } of ingress.rules) {
      const names =
        host === undefined
          ? ['']
          : routeHosts([host.text, ...meaning.aliases], (other, reason) =>
              this.#ledger.noted(host.at, `${other}: ${reason}`),
            );
      if (host !== undefined)
        if (names.length > 0) this.#ledger.carried(host.at, `routes: hosts ${names.join(', ')}`);
        else this.#ledger.leftOut(host.at, 'there is no name routes could go by');
      for (const one of names) for (const path of paths) add(one, path);
    }
    if (ingress.fallback !== undefined) add('', { ...ingress.fallback, path: '/', type: 'Prefix' });
    const start = meaning.appRoot;
    if (start !== undefined && !hasRoot) this.#ledger.leftOut(start.at, 'no path here is /, from which it would lead');
    this.#ledger.carried(ingress.at, `the Ingress ${ingress.namespace}/${ingress.name}, with ${count} paths`);
  }

  write(): void {
    for (const [host, parts] of this.#hosts) {
      // One Ingress with patterns makes patterns of all paths of a host; the longest are asked first.
      const usesPatterns = parts.some(({ meaning }) => meaning.usesPatterns);
      const ordered = parts.toSorted((a, b) => b.path.path.length - a.path.path.length);
      const routes = ordered.flatMap((part) => this.#routes(part, usesPatterns, this.#secured.has(host)));
      const at = parts[0]?.ingress.at;
      if (at !== undefined)
        writeSite(this.#draft, this.#ledger, {
          at,
          hosts: host === '' ? [] : [host],
          scheme: undefined,
          routes,
          common: {},
        });
    }
  }

  #routes({ ingress, meaning, path }: Part, usesPatterns: boolean, isSecured: boolean): readonly SiteRoute[] {
    const { at } = path;
    const isPattern = usesPatterns;
    const isExact = path.type === 'Exact' && !isPattern;
    const pattern = `(?i)^${path.path}`;
    const mistake = isPattern ? checkPathPattern(pattern) : checkPath(path.path);
    if (mistake !== undefined) {
      this.#ledger.leftOut(at, mistake);
      return [];
    }
    const place = isPattern
      ? { at, path: '/', pattern: [pattern] }
      : { at, path: path.path, ...(isExact && { exact: true }) };
    if (!isPattern && path.type === 'ImplementationSpecific' && path.path !== '/')
      this.#ledger.noted(at, `nginx takes ${path.path}x as well; routes go by whole segments`);
    const redirectsToTls = meaning.redirectsToTls ?? isSecured;
    const toTls: SiteRoute[] = redirectsToTls
      ? [
          {
            ...place,
            scheme: 'http',
            what: 'redirect to https',
            more: { redirect: { to: 'https://{host}{uri}', status: 308 } },
          },
        ]
      : [];
    const scheme = redirectsToTls ? ({ scheme: 'https' } as const) : {};
    const own: SiteRoute = { ...place, ...scheme, ...this.#deed(ingress, meaning, path, isPattern) };
    const start = meaning.appRoot;
    if (start === undefined || path.path !== '/') return [...toTls, own];
    this.#ledger.carried(start.at, `routes: = / redirect ${start.text}`);
    return [
      ...toTls,
      {
        at: start.at,
        path: '/',
        exact: true,
        ...scheme,
        what: 'redirect',
        more: { redirect: { to: start.text, status: 302 } },
      },
      own,
    ];
  }

  #deed(
    { namespace }: Ingress,
    meaning: Meaning,
    { at, service, port }: IngressPath,
    isPattern: boolean,
  ): Pick<SiteRoute, 'what' | 'more'> {
    const { redirect, rewrite } = meaning;
    if (meaning.isClosed) return { what: 'answer 403', more: { answer: 403 } };
    if (redirect !== undefined) return { what: `redirect ${redirect.to}`, more: { redirect: { ...redirect } } };
    const number = /^\d+$/.test(port ?? '') ? port : this.#ports.get(`${namespace}/${service}/${port}`);
    const url = `${meaning.isSecureBackend ? 'https' : 'http'}://${service}.${namespace}.svc:${number}`;
    const target =
      service === undefined || number === undefined ? 'which service and port is not known here' : parseTarget(url);
    if (typeof target === 'string') {
      this.#ledger.noted(at, `${target}: requests are answered with 503`);
      return { what: 'answer 503', more: { answer: 503 } };
    }
    const settings: Settings = { urls: target.url, ...meaning.upstream };
    const name = this.#draft.upstream(`${namespace}-${service}-${number}`, settings);
    const wrong = rewrite === undefined || !isPattern ? undefined : checkWholePath(rewrite);
    if (wrong !== undefined) {
      this.#ledger.noted(at, `${wrong}: requests are answered with 503`);
      return { what: 'answer 503', more: { answer: 503 } };
    }
    const whole = rewrite !== undefined && isPattern ? { rewrite_whole: rewrite } : {};
    return { what: `upstream ${name}`, more: { upstream: name, ...whole, ...meaning.route } };
  }
}
