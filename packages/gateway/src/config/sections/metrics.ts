/** `metrics`: what is counted, and who may read it without the control socket. */
import { parseAuthority } from '../../listener/authority.ts';
import { flag, type Table, text } from '../field.ts';

export interface MetricsConfig {
  readonly enabled: boolean;
  readonly listen?: string;
}

export const METRICS_TABLE: Table<MetricsConfig> = {
  enabled: {
    type: flag(),
    default: true,
    summary:
      'Count requests, times and matches. `GET /metrics` on the control socket gives them in the format of Prometheus.',
  },
  listen: {
    type: text('address and port', checkListen),
    isOptional: true,
    summary:
      'Serve `GET /metrics` here too, for example `127.0.0.1:9145`. Nobody is asked who he is, so the address must be one of this machine (127.0.0.1, ::1). Changes take effect at the next start.',
  },
};

/** Host without brackets, and port; for a text that has passed the check. */
export function metricsAddress(listen: string): { readonly host: string; readonly port: number } {
  const isAnyPort = listen.endsWith(':0');
  const authority = parseAuthority(isAnyPort ? listen.slice(0, -2) : listen);
  return { host: (authority?.host ?? '').replace(/^\[|\]$/g, ''), port: isAnyPort ? 0 : (authority?.port ?? 0) };
}

function checkListen(value: string): string | undefined {
  const { host, port } = metricsAddress(value);
  if (port === 0 && !value.endsWith(':0')) return `"${value}" is not an address with a port such as 127.0.0.1:9145`;
  if (host !== '::1' && host !== 'localhost' && !/^127(\.\d{1,3}){3}$/.test(host))
    return `"${host}" is not an address of this machine such as 127.0.0.1; for others put a route of the gate in front of it`;
  return undefined;
}
