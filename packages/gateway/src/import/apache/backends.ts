/** Addresses and balancers of Apache as upstreams. */
import { randomBytes } from 'node:crypto';
import type { Settings } from '../proxy/draft.ts';
import type { Statement } from '../proxy/statement.ts';
import { parseTarget, socketTarget, type Target } from '../proxy/target.ts';
import { type AccessRules, access, takeRequirements } from './access.ts';
import type { Node } from './expand.ts';
import { type FcgiTarget, fcgiName } from './fcgi.ts';
import type { Directive, Section } from './parse.ts';
import { optionsOf } from './proxying.ts';
import { Scope } from './scope.ts';
import type { Workshop } from './topic.ts';

export interface Balancer {
  readonly members: { readonly url: string; readonly options: ReadonlyMap<string, string>; readonly at: Statement }[];
  readonly options: Map<string, string>;
  readonly at: Statement;
}

export interface Backend {
  readonly name: string;
  /** Path behind the address; undefined where none is written. */
  readonly path: string | undefined;
}

/** `unix:/run/app.sock|http://host/path`, or an address. A text says why it cannot be used. */
export function backendTarget(written: string): Target | string {
  const socket = /^unix:([^|]+)\|([a-z]+):\/\/([^/]*)(.*)$/i.exec(written);
  if (socket === null) return parseTarget(written);
  if (!/^(http|ws)$/i.test(socket[2] ?? '')) return `${socket[2]}: is not spoken to applications, only HTTP`;
  return socketTarget(socket[1] ?? '', socket[4]);
}

/** Words of `ProxyPass`, `BalancerMember` and `ProxySet` that mean nothing here, or are there always. */
const WITHOUT_NEED: ReadonlySet<string> = new Set([
  'acquire',
  'disablereuse',
  'enablereuse',
  'flusher',
  'flushpackets',
  'flushwait',
  'iobuffersize',
  'keepalive',
  'min',
  'nocanon',
  'ping',
  'receivebuffersize',
  'responsefieldsize',
  'scolonpathdelim',
  'smax',
  'ttl',
  'upgrade',
  'addressttl',
]);

export class Backends {
  readonly #workshop: Workshop;
  readonly #balancers = new Map<string, Balancer>();
  readonly #guarded: { readonly address: string; readonly access: AccessRules }[] = [];

  constructor(workshop: Workshop) {
    this.#workshop = workshop;
  }

  /** `<Proxy balancer://name>`, or `<Proxy *>` with access rules for what goes to backends of that address. */
  takeSection(section: Omit<Section, 'children'> & { readonly children: readonly Node[] }): void {
    const { ledger } = this.#workshop;
    const [address = ''] = section.args;
    const place = new Scope('location', undefined, section.at);
    const directives = section.children.flatMap((node): readonly Directive[] => {
      if (node.kind === 'section' && /^require(all|any|none)$/i.test(node.name)) takeRequirements(node, place, ledger);
      else if (node.kind === 'directive' && Object.hasOwn(access, node.name.toLowerCase()))
        access[node.name.toLowerCase()]?.(node, place, this.#workshop);
      else if (node.kind === 'directive') return [node];
      else ledger.leftOut(node.at, `in ${section.at.source}`);
      return [];
    });
    if (!place.access.isSilent) {
      this.#guarded.push({ address, access: place.access });
      ledger.carried(section.at, `routes: access to what goes to ${address}`);
    }
    const name = balancerName(address);
    if (name === undefined) {
      if (place.access.isSilent) ledger.leftOut(section.at, 'options of single backends stand in upstreams');
      for (const { at } of directives) ledger.leftOut(at, `in ${section.at.source}`);
      return;
    }
    const balancer = this.#balancerOf(name, section.at);
    for (const directive of directives) {
      if (directive.name.toLowerCase() === 'balancermember') this.#addMember(balancer, directive, directive.args);
      else if (directive.name.toLowerCase() === 'proxyset') {
        for (const [key, value] of optionsOf(directive.args)) balancer.options.set(key, value);
        ledger.carried(directive.at, `settings of upstream ${name}`, ...unused(directive.args));
      } else ledger.leftOut(directive.at, `in ${section.at.source}`);
    }
  }

  /** Access rules of `<Proxy>` sections in their order: those for everything below an address, and those for a part of that. */
  accessOf(url: string | undefined): {
    readonly whole: readonly AccessRules[];
    readonly partly: readonly AccessRules[];
  } {
    const own = (fits: (start: string, address: string) => boolean): readonly AccessRules[] =>
      url === undefined
        ? []
        : this.#guarded.flatMap((one) => (fits(startOf(one.address), url.toLowerCase()) ? one.access : []));
    return {
      whole: own((start, address) => address.startsWith(start)),
      partly: own((start, address) => start.length > address.length && start.startsWith(address)),
    };
  }

  /** `BalancerMember` and `ProxySet` outside of a section name their balancer first. */
  takeDirective(directive: Directive): void {
    const { ledger } = this.#workshop;
    const name = balancerName(directive.args[0] ?? '');
    if (name === undefined) {
      ledger.leftOut(directive.at, 'it names no balancer');
      return;
    }
    const balancer = this.#balancerOf(name, directive.at);
    const words = directive.args.slice(1);
    if (directive.name.toLowerCase() === 'balancermember') {
      this.#addMember(balancer, directive, words);
      return;
    }
    for (const [key, value] of optionsOf(words)) balancer.options.set(key, value);
    ledger.carried(directive.at, `settings of upstream ${name}`, ...unused(words));
  }

  /** The upstream a `ProxyPass` leads to. A text says why there is none. */
  find(url: string, options: ReadonlyMap<string, string>, scope: Scope): Backend | string {
    const balanced = /^balancer:\/\/([^/]+)(.*)$/i.exec(url);
    if (balanced !== null) {
      const balancer = this.#balancers.get((balanced[1] ?? '').toLowerCase());
      if (balancer === undefined) return `there is no balancer ${balanced[1]}`;
      return this.#balanced((balanced[1] ?? '').toLowerCase(), balancer, balanced[2] || undefined, options, scope);
    }
    const target = backendTarget(url);
    if (typeof target === 'string') return target;
    const wish = target.url.replace(/^\w+:\/*/, '').replace(/^unix:/, '');
    const settings = { urls: target.url, ...common(options, scope), ...tlsFor([target], scope) };
    return { name: this.#workshop.draft.upstream(wish, settings), path: target.path };
  }

  /** The upstream for an address of FastCGI. */
  fastCgi({ url, root }: FcgiTarget, options: ReadonlyMap<string, string>, scope: Scope): string {
    const settings = { urls: url, ...common(options, scope), ...(root !== undefined && { fastcgi: { root } }) };
    return this.#workshop.draft.upstream(fcgiName(url), settings);
  }

  #balanced(
    name: string,
    balancer: Balancer,
    path: string | undefined,
    options: ReadonlyMap<string, string>,
    scope: Scope,
  ): Backend | string {
    const targets: Target[] = [];
    const urls: (Settings | string)[] = [];
    for (const { url, options: own } of balancer.members) {
      const target = backendTarget(url);
      if (typeof target === 'string') continue;
      targets.push(target);
      const more = memberSettings(own);
      urls.push(Object.keys(more).length === 0 ? target.url : { url: target.url, ...more });
    }
    if (urls.length === 0) return `the balancer ${name} has no member that can be used`;
    const all = new Map([...balancer.options, ...options]);
    const settings: Settings = { urls, ...balancing(all), ...common(all, scope), ...tlsFor(targets, scope) };
    return { name: this.#workshop.draft.upstream(name, settings), path: path ?? targets[0]?.path };
  }

  #balancerOf(name: string, at: Statement): Balancer {
    const known = this.#balancers.get(name);
    this.#workshop.ledger.carried(at, `upstreams.${name}`);
    if (known !== undefined) return known;
    const balancer: Balancer = { members: [], options: new Map(), at };
    this.#balancers.set(name, balancer);
    return balancer;
  }

  #addMember(balancer: Balancer, { at }: Directive, words: readonly string[]): void {
    const { ledger } = this.#workshop;
    const [url = '', ...options] = words;
    const target = backendTarget(url);
    if (typeof target === 'string') {
      ledger.leftOut(at, target);
      return;
    }
    balancer.members.push({ url, options: optionsOf(options), at });
    ledger.carried(at, `urls: ${target.url}`, ...unused(options));
  }
}

/** What stands before the first wildcard. */
function startOf(address: string): string {
  return (address.split(/[*?[]/)[0] ?? '').toLowerCase();
}

function balancerName(written: string): string | undefined {
  return /^balancer:\/\/([\w.-]+)\/?$/i.exec(written)?.[1]?.toLowerCase();
}

/** One note for the words that are not carried over. */
export function unused(words: readonly string[]): readonly string[] {
  const known = /^(loadfactor|status|retry|timeout|connectiontimeout|max|lbmethod|stickysession|route)$/;
  const left = [...optionsOf(words).keys()].filter((key) => !known.test(key));
  const needless = left.filter((key) => WITHOUT_NEED.has(key));
  const missing = left.filter((key) => !WITHOUT_NEED.has(key));
  return [
    ...(needless.length > 0 ? [`${needless.join(', ')}: not needed here`] : []),
    ...(missing.length > 0 ? [`${missing.join(', ')}: not carried over`] : []),
    ...(optionsOf(words).has('route') ? ['route: sessions are bound by a cookie of the gate'] : []),
  ];
}

/** `500ms`, or seconds. */
function timeOf(text: string | undefined): string | undefined {
  const parts = /^(\d+)(ms|s)?$/.exec(text ?? '');
  return parts === null ? undefined : `${parts[1]} ${parts[2] ?? 's'}`;
}

function common(options: ReadonlyMap<string, string>, scope: Scope): Settings {
  const timeout = timeOf(options.get('timeout')) ?? `${scope.timeout} s`;
  const connect = timeOf(options.get('connectiontimeout'));
  const pause = timeOf(options.get('retry'));
  const max = Number(options.get('max'));
  return {
    ...(max > 0 && { connections: max }),
    ...(connect !== undefined && { connect_timeout: connect }),
    ...(timeout !== '60 s' && { response_timeout: timeout, idle_timeout: timeout }),
    ...(pause !== undefined && { breaker: { pause } }),
  };
}

function memberSettings(options: ReadonlyMap<string, string>): Settings {
  const weight = Number(options.get('loadfactor'));
  const status = options.get('status')?.toUpperCase() ?? '';
  const isOut = /\+?[DS]/.test(status) && !status.startsWith('-');
  return {
    ...(weight > 1 && { weight: Math.min(1000, Math.round(weight)) }),
    ...(/H|R/.test(status) && { backup: true }),
    ...(/N/.test(status) && { state: 'drain' }),
    ...(isOut && { state: 'down' }),
  };
}

function balancing(options: ReadonlyMap<string, string>): Settings {
  return {
    ...(options.get('lbmethod') === 'bybusyness' && { balance: 'least_busy' }),
    ...(options.has('stickysession') && {
      sticky: { cookie: 'route', secret: randomBytes(24).toString('base64url') },
    }),
  };
}

function tlsFor(targets: readonly Target[], scope: Scope): Settings {
  if (!targets.some(({ isSecure }) => isSecure)) return {};
  const settings: Settings = {};
  for (let one: Scope | undefined = scope; one !== undefined; one = one.parent) {
    for (const [key, value] of Object.entries(one.upstreamTls)) settings[key] ??= value;
  }
  return Object.keys(settings).length === 0 ? {} : { tls: settings };
}
