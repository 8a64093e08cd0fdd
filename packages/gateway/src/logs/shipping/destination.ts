/** Addresses of log servers, as they are written in the configuration. */

/** Facilities of RFC 5424, table 1, by the names syslog programs use. */
const FACILITIES: readonly string[] = [
  'kern',
  'user',
  'mail',
  'daemon',
  'auth',
  'syslog',
  'lpr',
  'news',
  'uucp',
  'cron',
  'authpriv',
  'ftp',
  'ntp',
  'audit',
  'alert',
  'clock',
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
];

export interface SyslogDestination {
  readonly kind: 'syslog';
  readonly transport: 'udp' | 'tcp' | 'tls' | 'unix';
  /** Empty for `unix`. */
  readonly host: string;
  readonly port: number;
  /** Of the socket; empty for others. */
  readonly path: string;
  /** Number of the facility. */
  readonly facility: number;
}

export interface HttpDestination {
  readonly kind: 'http';
  /** Whole address, without user and password. */
  readonly url: string;
  /** `Authorization` made of user and password. */
  readonly authorization: string | undefined;
}

export type Destination = SyslogDestination | HttpDestination;

const SYSLOG_SCHEMES: Readonly<Record<string, SyslogDestination['transport']>> = {
  __proto__: null as never,
  'syslog:': 'udp',
  'syslog+udp:': 'udp',
  'syslog+tcp:': 'tcp',
  'syslog+tls:': 'tls',
  'syslog+unix:': 'unix',
};

const SCHEMES = ['https:', 'http:', ...Object.keys(SYSLOG_SCHEMES)].map((one) => `${one}//`).join(', ');

/** Ports of RFC 5426, RFC 6587 and RFC 5425. */
const DEFAULT_PORTS: Readonly<Record<SyslogDestination['transport'], number>> = {
  udp: 514,
  tcp: 601,
  tls: 6514,
  unix: 0,
};

/**
 * Reads `syslog+udp://host:514?facility=local0`, `syslog+tcp://`, `syslog+tls://`, `syslog+unix:///run/log.sock` or
 * `https://user:password@host/path`. Gives the mistake as a text when it is none of them.
 */
export function parseDestination(text: string): Destination | string {
  const url = URL.parse(text);
  if (url === null) return 'this is not an address such as https://host/path or syslog+tls://host:6514';
  if (url.protocol === 'https:' || url.protocol === 'http:') return httpDestination(url);
  const transport = SYSLOG_SCHEMES[url.protocol];
  if (transport === undefined) return `logs cannot be sent to "${url.protocol}//"; there are ${SCHEMES}`;
  return syslogDestination(url, transport);
}

function httpDestination(url: URL): Destination | string {
  if (url.hash !== '') return 'the address of a log server has no fragment';
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    kind: 'http',
    url: url.href,
    authorization: username === '' ? undefined : `Basic ${Buffer.from(pair).toString('base64')}`,
  };
}

function syslogDestination(url: URL, transport: SyslogDestination['transport']): Destination | string {
  for (const name of url.searchParams.keys()) {
    if (name !== 'facility') return `"${name}" is nothing a syslog address can say; there is "facility"`;
  }
  const name = url.searchParams.get('facility') ?? 'local0';
  const facility = FACILITIES.indexOf(name.toLowerCase());
  if (facility < 0) return `there is no facility "${name}"; there are ${FACILITIES.join(', ')}`;
  const path = transport === 'unix' ? decodeURIComponent(url.pathname) : '';
  if (transport === 'unix') {
    if (url.hostname !== '' || path.length < 2) return 'a socket is written syslog+unix:///path/of/socket';
  } else {
    if (url.hostname === '') return 'the address of the log server has no host';
    if (url.pathname !== '' && url.pathname !== '/') return 'a syslog address has no path';
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { kind: 'syslog', transport, host, port: Number(url.port) || DEFAULT_PORTS[transport], path, facility };
}
