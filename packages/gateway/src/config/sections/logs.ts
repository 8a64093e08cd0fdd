/** `logs`: what is written down about requests, how and where. */
import { resolve } from 'node:path';
import { checkFormat } from '../../logs/log-format/compile-format.ts';
import { checkCondition, tagsInCondition } from '../../logs/log-format/condition.ts';
import { parseCustomLog } from '../../logs/log-format/custom-log.ts';
import { NICKNAMES } from '../../logs/log-format/nicknames.ts';
import { parseDestination } from '../../logs/shipping/destination.ts';
import { closest } from '../closest.ts';
import { choice, defaultsOf, flag, listOf, mapOf, section, size, type Table, text } from '../field.ts';
import { type SlowRequestsConfig, slowRequests } from './slow-requests.ts';

export interface LogsSection {
  readonly access: readonly AccessLogConfig[];
  readonly error?: string;
  readonly errorLevel: 'emerg' | 'alert' | 'crit' | 'error' | 'warn' | 'notice' | 'info' | 'debug';
  readonly errorsByTag: ReadonlyMap<string, string>;
  readonly audit?: string;
  readonly auditFailure: 'drop' | 'refuse';
  readonly mask: MaskConfig;
  readonly requestId: boolean;
  readonly slowRequests: SlowRequestsConfig;
  readonly shipping: readonly ShippingConfig[];
}

/** One access log: to a file or a program. */
export interface AccessLogConfig {
  readonly file?: string;
  readonly program: readonly string[];
  readonly format: string;
  readonly when: readonly string[];
}

/** Names whose values audit entries and JSON lines show as `*`. */
export interface MaskConfig {
  readonly parameters: readonly string[];
  readonly requestHeaders: readonly string[];
  readonly responseHeaders: readonly string[];
}

/** A server that gets log entries. */
export interface ShippingConfig {
  readonly to: string;
  readonly logs: readonly ('access' | 'error' | 'audit')[];
  readonly format: string;
  readonly queue: number;
  readonly tls: ShippingTlsConfig;
}

export interface ShippingTlsConfig {
  readonly ca?: string;
  readonly serverName?: string;
  readonly certificate?: string;
  readonly key?: string;
}

const file = text('file name');
const format = text('`json`, a nickname or a LogFormat', (value) =>
  value === 'json' ? undefined : checkFormat(value),
);
const formatSummary = `\`json\`, ${Object.keys(NICKNAMES)
  .map((name) => `\`${name}\``)
  .join(', ')}, or a LogFormat of Apache 2.4`;

const accessLog: Table<AccessLogConfig> = {
  file: {
    type: text("file name or Apache's `CustomLog` line", checkCustomLog),
    isOptional: true,
    summary:
      'File the lines go to. A whole `CustomLog` line as in a httpd.conf is understood too; it says file or program, format and condition.',
  },
  program: {
    type: listOf(text('word')),
    default: [],
    summary:
      'Program and arguments, run without a shell, that gets the lines on its standard input instead of a file. When it ends it is started again.',
  },
  format: { type: format, default: 'combined', summary: `How a line is written: ${formatSummary}.` },
  when: {
    type: listOf(text('`env=NAME`, `status=400-599`, `tag=WORD`, `expr=EXPRESSION`', checkCondition)),
    default: [],
    summary:
      "Write only requests for which all of these hold: a variable rules have set (`setenv`), ranges of statuses, tags of the route (`tag=blog,wiki`); each the other way round with `!` behind the `=`; or an expression of Apache (`expr=%{REQUEST_STATUS} -ge 400 || %{HTTPS} == 'off'`).",
  },
};

const mask: Table<MaskConfig> = {
  parameters: {
    type: listOf(text('name')),
    default: ['password', 'passwd', 'passphrase'],
    summary: 'Request parameters, in the query as well as in bodies.',
  },
  requestHeaders: {
    type: listOf(text('header name')),
    default: ['Authorization', 'Proxy-Authorization'],
    summary: 'Request headers; `Cookie` covers single cookies too.',
  },
  responseHeaders: { type: listOf(text('header name')), default: [], summary: 'Response headers.' },
};

const shippingTls: Table<ShippingTlsConfig> = {
  ca: { type: file, isOptional: true, summary: "Certificates to trust instead of the system's, in PEM form." },
  serverName: {
    type: text('host name'),
    isOptional: true,
    summary: 'Name to ask for and to verify instead of the host of the address.',
  },
  certificate: { type: file, isOptional: true, summary: 'Client certificate to present.' },
  key: { type: file, isOptional: true, summary: 'Key of the client certificate.' },
};

const shipping: Table<ShippingConfig> = {
  to: {
    type: text('address of a log server', checkDestination),
    summary:
      'Where to: `https://user:password@host/path` (entries by POST, one per line), `syslog+udp://host:514`, `syslog+tcp://host:601`, `syslog+tls://host:6514`, `syslog+unix:///path/of/socket` (a stream socket), each with `?facility=local0`. Passwords are best taken from the environment.',
  },
  logs: {
    type: listOf(choice('access', 'error', 'audit')),
    default: ['access', 'error', 'audit'],
    summary: 'Which logs. Audit entries are sent as JSON; error lines as they are to syslog and as JSON by HTTP.',
  },
  format: { type: format, default: 'json', summary: `How access entries are written: ${formatSummary}.` },
  queue: {
    type: size(),
    default: 8 * 1024 * 1024,
    summary: 'Bytes that wait while the server is slow or away, per log; further entries are dropped and counted.',
  },
  tls: {
    type: section(shippingTls),
    default: defaultsOf(shippingTls),
    summary: 'For `https` and `syslog+tls`. Certificates are verified.',
  },
};

export const LOGS_TABLE: Table<LogsSection> = {
  access: {
    type: listOf(section(accessLog, 'file')),
    default: [],
    summary: 'Access logs. A file name is enough for one in the combined format.',
  },
  error: { type: file, isOptional: true, summary: 'Error log with the rule matches; standard error when absent.' },
  errorLevel: {
    type: choice('emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug'),
    default: 'notice',
    summary: 'Least urgent level written to the error log.',
  },
  errorsByTag: {
    type: mapOf(file),
    default: new Map(),
    summary:
      'Error logs of their own for lines about requests of routes with this `tag`: `{ shop: /var/log/shop-error.log }`.',
  },
  audit: {
    type: file,
    isOptional: true,
    summary:
      '`SecAuditLog` over whatever the rule files say; `SecAuditEngine` is RelevantOnly then, unless they say otherwise.',
  },
  auditFailure: {
    type: choice('drop', 'refuse'),
    default: 'drop',
    summary:
      'While audit entries cannot be written: keep 8 MiB of them, drop and count the rest; or refuse requests that rules would see with 503 until they can.',
  },
  mask: {
    type: section(mask),
    default: defaultsOf(mask),
    summary: 'Values that audit entries and JSON access lines show as `*`, besides those that rules mask.',
  },
  requestId: {
    type: flag(),
    default: false,
    summary: 'End each line of the access logs with the request id; JSON lines have it anyway.',
  },
  slowRequests: {
    type: section(slowRequests, 'threshold'),
    default: defaultsOf(slowRequests),
    summary: 'What is kept of requests that took long. A time is enough.',
  },
  shipping: {
    type: listOf(section(shipping, 'to')),
    default: [],
    summary: 'Servers that get log entries as well. An address is enough for all logs.',
  },
};

/** An access log in the combined format. */
export function combinedLog(path: string): AccessLogConfig {
  return { ...defaultsOf(accessLog), file: path };
}

/** Takes `CustomLog` lines apart and makes file names absolute. */
export function placeLogs(logs: LogsSection, folder: string): LogsSection {
  const place = (path: string): string => resolve(folder, path);
  return {
    ...logs,
    access: logs.access
      .map(withoutCustomLog)
      .map((one) => (one.file === undefined ? one : { ...one, file: place(one.file) })),
    ...(logs.error && { error: place(logs.error) }),
    slowRequests: { ...logs.slowRequests, ...(logs.slowRequests.file && { file: place(logs.slowRequests.file) }) },
    errorsByTag: new Map([...logs.errorsByTag].map(([tag, path]) => [tag, place(path)])),
    ...(logs.audit && { audit: place(logs.audit) }),
    shipping: logs.shipping.map((one) => ({
      ...one,
      tls: {
        ...one.tls,
        ...(one.tls.ca && { ca: place(one.tls.ca) }),
        ...(one.tls.certificate && { certificate: place(one.tls.certificate) }),
        ...(one.tls.key && { key: place(one.tls.key) }),
      },
    })),
  };
}

/** What is wrong between values that are fine by themselves, with the keys from `logs` on that lead there. `tags`: those of routes. */
export function contradictionsOfLogs(
  logs: LogsSection,
  tags: ReadonlySet<string>,
): readonly { readonly path: readonly (string | number)[]; readonly message: string }[] {
  const found: { path: (string | number)[]; message: string }[] = [];
  const nobodyHas = (tag: string): string => {
    const near = closest(tag, [...tags]);
    return `no route has the tag "${tag}"${near === undefined ? '' : `; did you mean "${near}"?`}`;
  };
  for (const tag of logs.errorsByTag.keys()) {
    if (!tags.has(tag)) found.push({ path: ['errorsByTag', tag], message: nobodyHas(tag) });
  }
  logs.access.forEach(({ file: path, program, when }, at) => {
    for (const tag of when.flatMap(tagsInCondition)) {
      if (!tags.has(tag)) found.push({ path: ['access', at, 'when'], message: nobodyHas(tag) });
    }
    if (path === undefined && program.length === 0)
      found.push({ path: ['access', at], message: 'an access log needs a "file" or a "program"' });
    if (path !== undefined && program.length > 0)
      found.push({ path: ['access', at, 'program'], message: '"file" and "program" exclude each other' });
  });
  logs.shipping.forEach(({ tls }, at) => {
    if ((tls.certificate === undefined) !== (tls.key === undefined))
      found.push({
        path: ['shipping', at, 'tls'],
        message: 'a client certificate needs both "certificate" and "key"',
      });
  });
  return found;
}

function withoutCustomLog(log: AccessLogConfig): AccessLogConfig {
  const line = parseCustomLog(log.file ?? '');
  if (line === undefined) return log;
  const { file: _line, ...rest } = log;
  const { target, format: written, condition } = line;
  const when = condition === undefined ? log.when : [...log.when, condition];
  if (!target.startsWith('|')) return { ...rest, file: target, format: written, when };
  return { ...rest, program: target.replace(/^\|+/, '').trim().split(/\s+/), format: written, when };
}

function checkCustomLog(value: string): string | undefined {
  try {
    const line = parseCustomLog(value);
    if (line === undefined) return undefined;
    if (line.target.startsWith('|$')) return 'programs are not run through a shell; leave the "$" out';
    return checkFormat(line.format) ?? (line.condition === undefined ? undefined : checkCondition(line.condition));
  } catch (cause) {
    return (cause as Error).message;
  }
}

function checkDestination(value: string): string | undefined {
  const destination = parseDestination(value);
  return typeof destination === 'string' ? destination : undefined;
}
