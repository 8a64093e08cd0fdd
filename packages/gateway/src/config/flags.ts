/** Command-line flags for the simple case, laid over a configuration file or over the defaults. */
import { resolve } from 'node:path';
import { parseAuthority } from '../listener/authority.ts';
import { checkUpstreamUrl } from './checks.ts';
import type { Config, ListenerConfig, RouteConfig } from './config.ts';
import { combinedLog } from './sections/logs.ts';
import { ROUTE_DEFAULTS } from './sections/route.ts';
import { plainUrl } from './sections/upstream/url.ts';
import { UPSTREAM_DEFAULTS, type UpstreamConfig } from './sections/upstream.ts';

/** As `parseArgs` gives them. */
export interface Flags {
  readonly config?: string;
  readonly listen?: readonly string[];
  readonly upstream?: string;
  readonly rules?: readonly string[];
  readonly crs?: string;
  readonly engine?: string;
  readonly 'access-log'?: string;
  readonly 'error-log'?: string;
  readonly 'audit-log'?: string;
  readonly workers?: string;
  readonly quiet?: boolean;
}

/** For `parseArgs`; the commands that start or check a gate share them. */
export const FLAG_OPTIONS = {
  config: { type: 'string' },
  listen: { type: 'string', multiple: true },
  upstream: { type: 'string' },
  rules: { type: 'string', multiple: true },
  crs: { type: 'string' },
  engine: { type: 'string' },
  'access-log': { type: 'string' },
  'error-log': { type: 'string' },
  'audit-log': { type: 'string' },
  workers: { type: 'string' },
  quiet: { type: 'boolean' },
} as const;

const ENGINES = ['On', 'DetectionOnly', 'Off'] as const;

/** What a flag named `upstream` is called among the upstreams. */
const FLAG_UPSTREAM = 'app';

/** The configuration with the flags put in, and what is wrong with them, one line each. */
export function applyFlags(
  config: Config,
  flags: Flags,
): { readonly config: Config; readonly mistakes: readonly string[] } {
  const mistakes: string[] = [];
  const listeners = flags.listen?.map((text) => listenerOf(text, mistakes)) ?? config.listeners;
  const engine = ENGINES.find((one) => one.toLowerCase() === flags.engine?.toLowerCase());
  if (flags.engine !== undefined && engine === undefined) mistakes.push(`--engine is one of ${ENGINES.join(', ')}`);

  const workers = flags.workers === undefined ? config.workers : { ...config.workers, count: Number(flags.workers) };
  if (flags.workers !== undefined && !/^\d{1,3}$/.test(flags.workers)) {
    mistakes.push('--workers is a number of processes; 0 for none');
  }

  let { upstreams, routes } = config;
  if (flags.upstream !== undefined) {
    const mistake = checkUpstreamUrl(flags.upstream);
    if (mistake !== undefined) mistakes.push(`--upstream: ${mistake}`);
    else {
      const upstream: UpstreamConfig = { ...UPSTREAM_DEFAULTS, urls: [plainUrl(flags.upstream)] };
      const route: RouteConfig = { ...ROUTE_DEFAULTS, upstream: FLAG_UPSTREAM };
      upstreams = new Map([[FLAG_UPSTREAM, upstream]]);
      routes = [route];
    }
  }
  const place = (path: string | undefined): string | undefined => (path === undefined ? undefined : resolve(path));
  const access = place(flags['access-log']);
  const error = place(flags['error-log']) ?? config.logs.error;
  const audit = place(flags['audit-log']) ?? config.logs.audit;
  const crs = place(flags.crs) ?? config.rules.crs;
  return {
    mistakes,
    config: {
      ...config,
      listeners,
      upstreams,
      routes,
      workers,
      rules: {
        ...config.rules,
        files: flags.rules?.map((file) => resolve(file)) ?? config.rules.files,
        ...(crs !== undefined && { crs }),
        ...(engine !== undefined && { engine }),
      },
      logs: {
        ...config.logs,
        ...(access !== undefined && { access: [combinedLog(access)] }),
        ...(error !== undefined && { error }),
        ...(audit !== undefined && { audit }),
      },
    },
  };
}

/** `127.0.0.1:8080`, `[::1]:8080`, `:8080` (every address) or `8080` (this machine only). */
function listenerOf(text: string, mistakes: string[]): ListenerConfig {
  const port = /^:?(\d{1,5})$/.exec(text);
  if (port !== null && Number(port[1]) <= 65_535) {
    return { address: text.startsWith(':') ? '::' : '127.0.0.1', port: Number(port[1]) };
  }
  const isAnyPort = text.endsWith(':0');
  const authority = parseAuthority(isAnyPort ? text.slice(0, -2) : text);
  const chosen = isAnyPort ? 0 : authority?.port;
  if (authority === undefined || chosen === undefined) {
    mistakes.push(`--listen: "${text}" is not an address with a port; write for example 127.0.0.1:8080`);
    return { address: '', port: 0 };
  }
  return { address: authority.host.replace(/^\[|\]$/g, ''), port: chosen };
}

/** What a gate cannot do without, when the flags and the file together lack it. */
export function missingFrom(config: Config): readonly string[] {
  const missing: string[] = [];
  // Routes may do without, when they answer by themselves.
  if (config.upstreams.size === 0 && config.routes.length === 0 && config.deployments.size === 0)
    missing.push('no upstream: give --upstream http://HOST:PORT or a configuration with "upstreams"');
  if (config.routes.length === 0 && config.upstreams.size > 1)
    missing.push('several upstreams and no "routes": say which requests go where');
  if (config.listeners.length === 0)
    missing.push('nowhere to listen: give --listen HOST:PORT or a configuration with "listeners"');
  return missing;
}
