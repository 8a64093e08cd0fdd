/** Where a listener demands a certificate of its clients, and another one is a way around it. */
import type { Config, ListenerConfig } from './config.ts';

/** Nothing is wrong with it by itself; `path` leads from the root to what it is about. */
export interface Warning {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * Routes and deployments without `auth` that applications answer and that have both kinds of listeners in front of them: who has no
 * certificate takes the other one. Whoever has `auth` asks everybody, whatever the listener.
 */
export function openDoors({ listeners, routes, deployments }: Config): readonly Warning[] {
  const asksAll = (one: ListenerConfig): boolean => one.tls?.clientCertificate === 'require';
  const found: Warning[] = [];
  const look = (path: Warning['path'], scheme?: 'http' | 'https'): void => {
    const doors = listeners.filter(({ tls }) => scheme === undefined || (scheme === 'https') === (tls !== undefined));
    const strict = doors.find(asksAll);
    const open = doors.find((one) => !asksAll(one));
    if (strict === undefined || open === undefined) return;
    const message = `listener ${placeOf(strict)} lets in clients with a certificate only, and all others reach this by ${placeOf(open)}; give it "auth" where that is not meant`;
    found.push({ path, message });
  };
  routes.forEach(({ upstream, auth, scheme }, at) => {
    if (upstream !== undefined && auth === undefined) look(['routes', at], scheme);
  });
  for (const [name, { auth }] of deployments) if (auth === undefined) look(['deployments', name]);
  return found;
}

function placeOf({ address, port }: ListenerConfig): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}
