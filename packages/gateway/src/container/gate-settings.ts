/** The part of the container's variables that is about the gate and not about rules. */

import { checkTrustedProxy, checkUpstreamUrl } from '../config/checks.ts';
import type { Environment } from '../config/environment.ts';

/** Ports a user without rights can bind. */
const PORT = 8080;
const SSL_PORT = 8443;

/** Levels Apache and nginx both know, or one of them. */
const LEVELS = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug'];

export function gateSettings(
  environment: Environment,
  mistakes: string[],
  remarks: string[],
): Readonly<Record<string, unknown>> {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const number = (name: string): number | undefined => {
    const value = read(name);
    if (value === undefined) return undefined;
    if (/^\d{1,9}s?$/.test(value)) return Number.parseInt(value, 10);
    mistakes.push(`${name}: "${value}" is not a number`);
    return undefined;
  };

  const backend = withScheme(read('BACKEND') ?? 'http://localhost:80');
  const wrong = checkUpstreamUrl(backend.replace(/\/$/, ''));
  if (wrong !== undefined) mistakes.push(`BACKEND: ${wrong}`);
  const timeout = number('PROXY_TIMEOUT');
  const isUnverified = ['off', 'none'].includes(read('PROXY_SSL_VERIFY') ?? '') && backend.startsWith('https:');
  if (isUnverified)
    remarks.push('PROXY_SSL_VERIFY: anybody on the way to the application can read and change the traffic');

  const trusted = [read('SET_REAL_IP_FROM'), read('REMOTEIP_INT_PROXY')]
    .flatMap((one) => one?.split(/[\s,]+/) ?? [])
    .filter((one) => one !== '');
  for (const one of trusted) {
    const mistake = checkTrustedProxy(one);
    if (mistake !== undefined) mistakes.push(`SET_REAL_IP_FROM: ${mistake}`);
  }
  const keepAlive = number('KEEPALIVE_TIMEOUT') ?? number('TIMEOUT');
  const connections = number('WORKER_CONNECTIONS');
  return {
    listeners: listeners(read, number, remarks),
    upstreams: {
      app: {
        urls: [backend.replace(/\/$/, '')],
        ...(timeout !== undefined && { response_timeout: `${timeout} s`, idle_timeout: `${timeout} s` }),
        ...(isUnverified && { tls: { unsafe_skip_verify: true } }),
      },
    },
    routes: [{ upstream: 'app', preserve_host: read('PROXY_PRESERVE_HOST')?.toLowerCase() !== 'off' }],
    ...(trusted.length > 0 && { trusted_proxies: trusted }),
    ...(keepAlive !== undefined && { timeouts: { keep_alive: `${keepAlive} s` } }),
    ...(connections !== undefined && { limits: { connections } }),
    logs: logs(read, mistakes),
    run_dir: read('RUNTIME_DIRECTORY') ?? '/run/sallyport',
  };
}

type Read = (name: string) => string | undefined;

function listeners(read: Read, number: (name: string) => number | undefined, remarks: string[]): readonly unknown[] {
  const plain = { address: '0.0.0.0', port: number('PORT') ?? PORT };
  const certificate = read('SSL_CERT') ?? read('PROXY_SSL_CERT');
  const key = read('SSL_CERT_KEY') ?? read('PROXY_SSL_CERT_KEY');
  if (certificate === undefined || key === undefined) {
    if (read('SSL_PORT') !== undefined) {
      remarks.push('SSL_PORT is not opened: give SSL_CERT and SSL_CERT_KEY, a certificate and its key in PEM form');
    }
    return [plain];
  }
  return [plain, { address: '0.0.0.0', port: number('SSL_PORT') ?? SSL_PORT, tls: { certificate, key } }];
}

function logs(read: Read, mistakes: string[]): Readonly<Record<string, unknown>> {
  const access = read('ACCESSLOG') ?? '/dev/stdout';
  const error = read('ERRORLOG');
  const level = read('LOGLEVEL')?.split(':')[0];
  if (level !== undefined && !LEVELS.includes(level))
    mistakes.push(`LOGLEVEL: "${level}" is not one of ${LEVELS.join(', ')}`);
  return {
    ...(read('nologging') !== '1' && access !== '/dev/null' && { access }),
    // Standard error is the default.
    ...(error !== undefined && !/^\/(dev\/stderr|(proc\/self|dev)\/fd\/2)$/.test(error) && { error }),
    ...(level !== undefined && { error_level: level }),
  };
}

/** `app:3000` is enough for the image. */
function withScheme(backend: string): string {
  return /^[a-z]+:\/\//i.test(backend) ? backend : `http://${backend}`;
}
