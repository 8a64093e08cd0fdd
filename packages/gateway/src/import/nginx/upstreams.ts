/** `upstream` blocks and addresses behind `proxy_pass` as upstreams. */
import type { Settings } from '../proxy/draft.ts';
import { parseTarget, socketTarget, type Target } from '../proxy/target.ts';
import { fastCgiUrl } from './fastcgi.ts';
import type { NginxItem } from './parse.ts';
import { timeOf } from './quantities.ts';
import type { NginxScope } from './scope.ts';
import type { NginxWorkshop } from './workshop.ts';

interface Group {
  readonly urls: (Settings | string)[];
  readonly settings: Settings;
}

export class NginxUpstreams {
  readonly #workshop: NginxWorkshop;
  readonly #groups = new Map<string, Group>();

  constructor(workshop: NginxWorkshop) {
    this.#workshop = workshop;
  }

  /** An `upstream` block. */
  take({ args, at, children = [] }: NginxItem): void {
    const { ledger } = this.#workshop;
    const [name = ''] = args;
    const group: Group = { urls: [], settings: {} };
    this.#groups.set(name.toLowerCase(), group);
    ledger.carried(at, `upstreams.${name}`);
    for (const item of children) this.#member(item, group);
  }

  #member({ name, args, at }: NginxItem, group: Group): void {
    const { ledger } = this.#workshop;
    switch (name) {
      case 'server':
        this.#server(args, at, group);
        return;
      case 'least_conn':
        group.settings['balance'] = 'least_busy';
        ledger.carried(at, 'balance: least_busy');
        return;
      case 'ip_hash':
        group.settings['balance'] = 'hash';
        ledger.carried(at, 'balance: hash, by the whole address of the client', 'nginx takes three bytes of it');
        return;
      case 'hash': {
        const by = hashKey(args[0] ?? '');
        if (by === undefined) {
          ledger.leftOut(at, `${args[0] ?? ''} is nothing that can be hashed by`);
          return;
        }
        group.settings['balance'] = 'hash';
        if (by !== 'address') group.settings['hash_by'] = by;
        ledger.carried(
          at,
          `balance: hash, hash_by: ${by}`,
          ...(args[1] === 'consistent' ? [] : ['the ring is consistent']),
        );
        return;
      }
      case 'keepalive':
      case 'keepalive_timeout':
      case 'keepalive_requests':
      case 'keepalive_time':
        ledger.leftOut(at, 'connections are always kept; see keep_alive of the upstream');
        return;
      case 'zone':
        ledger.leftOut(at, 'every worker counts for itself');
        return;
      default:
        ledger.leftOut(at, 'upstreams have nothing like it');
    }
  }

  #server(args: readonly string[], at: NginxItem['at'], group: Group): void {
    const { ledger } = this.#workshop;
    const [address = '', ...options] = args;
    const target = address.startsWith('unix:')
      ? socketTarget(address.slice(5), undefined)
      : parseTarget(`http://${address}`);
    if (typeof target === 'string') {
      ledger.leftOut(at, target);
      return;
    }
    const more: Settings = {};
    const notes: string[] = [];
    for (const option of options) {
      const [key = '', value = ''] = option.split('=');
      if (key === 'weight') more['weight'] = Math.min(1000, Math.max(1, Number(value) || 1));
      else if (key === 'backup') more['backup'] = true;
      else if (key === 'down') more['state'] = 'down';
      else if (key === 'drain') more['state'] = 'drain';
      else if (key === 'max_conns') group.settings['connections'] = Number(value) || 128;
      else if (key === 'slow_start') group.settings['slow_start'] = timeOf(value) ?? '0 s';
      else if (key === 'max_fails') breakerOf(group)['failures'] = Number(value) || 0;
      else if (key === 'fail_timeout') {
        const time = timeOf(value) ?? '10 s';
        Object.assign(breakerOf(group), { window: time, pause: time });
      } else if (key === 'resolve') group.settings['resolve'] = { by: 'dns' };
      else notes.push(`${option}: not carried over`);
    }
    group.urls.push(Object.keys(more).length === 0 ? target.url : { url: target.url, ...more });
    const shared = options.some((one) => /^(max_conns|slow_start|max_fails|fail_timeout|resolve)/.test(one));
    ledger.carried(
      at,
      `urls: ${target.url}`,
      ...(shared ? ['limits and times hold for all servers of the upstream'] : []),
      ...notes,
    );
  }

  /** The upstream of a `proxy_pass`, and the path behind the address. A text says why there is none. */
  find(written: string, scope: NginxScope): { readonly name: string; readonly path: string | undefined } | string {
    const socket = /^https?:\/\/unix:([^:]+)(?::(.*))?$/i.exec(written);
    const target = socket === null ? parseTarget(written) : socketTarget(socket[1] ?? '', socket[2]);
    if (typeof target === 'string') return target;
    const host = target.url.replace(/^\w+:\/\//, '');
    const group = socket === null ? this.#groups.get(host) : undefined;
    if (group !== undefined && group.urls.length === 0) return `upstream ${host} has no server that can be used`;
    const urls = group === undefined ? target.url : group.urls.map((url) => securedUrl(url, target));
    const settings: Settings = { urls, ...group?.settings, ...timesOf(scope), ...tlsOf(scope, target, this.#workshop) };
    return { name: this.#workshop.draft.upstream(host, settings), path: target.path };
  }

  /** `urls` of a `fastcgi_pass`, and what its group says besides. A text says why there are none. */
  fastCgiUrls(written: string): Settings | string {
    const group = this.#groups.get(written.toLowerCase());
    if (group !== undefined && group.urls.length > 0) {
      const urls = group.urls.map((url) =>
        typeof url === 'string' ? spokenFastCgi(url) : { ...url, url: spokenFastCgi(String(url['url'])) },
      );
      return { urls: urls.length === 1 ? urls[0] : urls, ...group.settings };
    }
    const found = fastCgiUrl(written);
    return typeof found === 'string' ? found : { urls: found.url };
  }

  /** An address to ask by itself: that of a `proxy_pass` in a location for `path`. Undefined where it is no single one. */
  plainUrl(written: string, path: string): string | undefined {
    const target = parseTarget(written);
    if (typeof target === 'string') return undefined;
    const [only, ...more] = this.#groups.get(target.url.replace(/^\w+:\/\//, ''))?.urls ?? [target.url];
    if (typeof only !== 'string' || more.length > 0 || only.startsWith('unix:')) return undefined;
    return (target.isSecure ? only.replace(/^http:/, 'https:') : only) + (target.path ?? path);
  }
}

/** `http://host:80` of a group whose servers speak FastCGI. */
function spokenFastCgi(url: string): string {
  return url.startsWith('unix:') ? `fastcgi:${url}` : url.replace(/^http:/, 'fastcgi:');
}

function breakerOf(group: Group): Settings {
  const breaker = (group.settings['breaker'] ?? {}) as Settings;
  group.settings['breaker'] = breaker;
  return breaker;
}

/** `proxy_pass https://name` speaks TLS to every server of the group. */
function securedUrl(url: Settings | string, { isSecure }: Target): Settings | string {
  if (!isSecure) return url;
  if (typeof url === 'string') return url.replace(/^http:/, 'https:');
  return { ...url, url: String(url['url']).replace(/^http:/, 'https:') };
}

function hashKey(key: string): string | undefined {
  const cookie = /^\$cookie_(\w+)$/.exec(key)?.[1];
  const header = /^\$http_(\w+)$/.exec(key)?.[1];
  if (cookie !== undefined) return `cookie:${cookie}`;
  if (header !== undefined) return `header:${header.replaceAll('_', '-')}`;
  if (/^\$(binary_)?remote_addr$/.test(key)) return 'address';
  return /^\$(request_uri|uri)$/.test(key) ? 'uri' : undefined;
}

function timesOf(scope: NginxScope): Settings {
  const time = (name: string): string | undefined => timeOf(scope.last(name)?.args[0]);
  const connect = time('proxy_connect_timeout');
  const read = time('proxy_read_timeout');
  const tries = scope.last('proxy_next_upstream')?.args[0] === 'off' ? { retry: { attempts: 0 } } : {};
  return {
    ...(connect !== undefined && { connect_timeout: connect }),
    ...(read !== undefined && { response_timeout: read, idle_timeout: read }),
    ...tries,
  };
}

function tlsOf(scope: NginxScope, { isSecure }: Target, { files }: NginxWorkshop): Settings {
  if (!isSecure) return {};
  const file = (name: string): string | undefined => {
    const written = scope.last(name)?.args[0];
    return written === undefined || !files.canRead(written) ? undefined : files.placeOf(written);
  };
  const ca = file('proxy_ssl_trusted_certificate');
  const certificate = file('proxy_ssl_certificate');
  const key = file('proxy_ssl_certificate_key');
  const name = scope.last('proxy_ssl_name')?.args[0];
  const tls: Settings = {
    ...(ca !== undefined && { ca }),
    ...(certificate !== undefined && key !== undefined && { certificate, key }),
    ...(name !== undefined && !name.includes('$') && { server_name: name }),
  };
  return Object.keys(tls).length === 0 ? {} : { tls };
}
