/** What mod_ssl tells of a connection, by its names. */
import type { LoggedExchange, TlsFacts } from '../logged-exchange.ts';

const VARIABLES: Readonly<Record<string, (tls: TlsFacts) => string | undefined>> = {
  __proto__: null as never,
  SSL_PROTOCOL: ({ protocol }) => protocol,
  SSL_CIPHER: ({ cipher }) => cipher,
  SSL_TLS_SNI: ({ serverName }) => serverName,
  SSL_CLIENT_VERIFY: ({ client }) => client?.verified ?? 'NONE',
  SSL_CLIENT_S_DN: ({ client }) => client?.subject,
  SSL_CLIENT_S_DN_CN: ({ client }) => client?.commonNames?.[0],
  SSL_CLIENT_I_DN: ({ client }) => client?.issuer,
  SSL_CLIENT_M_SERIAL: ({ client }) => client?.serial?.toUpperCase(),
};

export const TLS_VARIABLES: readonly string[] = Object.keys(VARIABLES);

/** Undefined on connections without TLS, and for names that are not among `TLS_VARIABLES`. */
export function tlsVariable({ tls }: LoggedExchange, name: string): string | undefined {
  return tls === undefined ? undefined : VARIABLES[name]?.(tls);
}
