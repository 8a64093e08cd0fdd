/** Single directives: those of the whole server become keys at once, the others are kept for the locations they hold for. */
import {
  COOKIE_DOMAINS_REWRITTEN,
  COOKIE_PATHS_REWRITTEN,
  LOCATIONS_REWRITTEN,
  NEVER_NAMED,
} from '../proxy/by-default.ts';
import { logFormatOf } from './log-format.ts';
import { nginxReason } from './no-counterpart.ts';
import type { NginxItem } from './parse.ts';
import { sizeOf, timeOf } from './quantities.ts';
import type { NginxScope } from './scope.ts';
import { readZone } from './traffic.ts';
import type { NginxWorkshop } from './workshop.ts';

type Take = (item: NginxItem, scope: NginxScope, workshop: NginxWorkshop) => void;

/** Sets one key for the whole gate; the first value counts. */
function whole(section: string, key: string, valueFor: (args: readonly string[]) => unknown): Take {
  return ({ args, at }, _scope, { draft, ledger }) => {
    const value = valueFor(args);
    const known = draft.get(section, key);
    if (value === undefined) ledger.leftOut(at, `"${args.join(' ')}" is nothing for ${section}.${key}`);
    else if (known !== undefined && known !== value)
      ledger.leftOut(at, `${section}.${key} holds for all sites, and is ${known} already`);
    else {
      draft.set(section, key, value);
      ledger.carried(at, `${section}.${key}: ${value}`);
    }
  };
}

/** Kept for later; `result` says what it becomes there. */
function kept(result: string, ...notes: readonly string[]): Take {
  return (item, scope, { ledger }) => {
    scope.add(item);
    ledger.carried(item.at, result, ...notes);
  };
}

/** Kept for later; a report says of it what becomes of it there, or that nothing depends on it. */
const later: Take = (item, scope, { ledger }) => {
  scope.add(item);
  ledger.enter(item.at);
};

function file(result: string): Take {
  return (item, scope, { ledger, files }) => {
    const [path = ''] = item.args;
    if (!files.canRead(path)) {
      ledger.leftOut(item.at, `${path} cannot be read`);
      return;
    }
    scope.add(item);
    ledger.carried(item.at, `${result}: ${path}`);
  };
}

const NO_FILE = /^(syslog:|stderr|memory:)|\$/;

const accessLog: Take = (item, scope, { ledger }) => {
  const [path = '', , ...more] = item.args;
  if (path !== 'off' && NO_FILE.test(path))
    ledger.leftOut(item.at, 'access logs are files or programs; logs.shipping sends them elsewhere too');
  else if (more.some((word) => word.startsWith('if='))) ledger.leftOut(item.at, 'conditions are not carried over');
  else {
    scope.add(item);
    if (path === 'off') ledger.carried(item.at, 'no log takes what has its tag');
    else ledger.enter(item.at);
  }
};

const errorLog: Take = (item, scope, { draft, ledger }) => {
  const [path = '', level] = item.args;
  if (NO_FILE.test(path)) {
    ledger.leftOut(item.at, 'the error log is a file; logs.shipping sends it elsewhere too');
    return;
  }
  if (level !== undefined && scope.at === undefined) draft.set('logs', 'error_level', level);
  scope.add(item);
  ledger.enter(item.at);
};

const number = ([text = '']: readonly string[]): number | undefined => (/^\d+$/.test(text) ? Number(text) : undefined);
const time = ([text]: readonly string[]): string | undefined => timeOf(text);

export const NGINX_DIRECTIVES: Readonly<Record<string, Take>> = {
  __proto__: null as never,
  keepalive_timeout: whole('timeouts', 'keep_alive', time),
  keepalive_requests: whole('limits', 'requests_per_connection', number),
  client_header_timeout: whole('timeouts', 'headers', time),
  client_body_timeout: whole('timeouts', 'body_idle', time),
  large_client_header_buffers(item, scope, workshop) {
    const [count = '', size] = item.args;
    const bytes = sizeOf(size);
    if (bytes === undefined || !/^\d+$/.test(count)) {
      workshop.ledger.leftOut(item.at, `"${item.args.join(' ')}" is no number and size`);
      return;
    }
    whole('limits', 'header_size', () => Number(count) * bytes)(item, scope, workshop);
    whole('limits', 'target_length', () => bytes)(item, scope, workshop);
  },
  access_log: accessLog,
  error_log: errorLog,
  log_format({ args: [name = '', ...parts], at }, _scope, { ledger, formats }) {
    const format = logFormatOf(parts.filter((part) => !part.startsWith('escape=')).join(''));
    formats.set(name, format);
    if (format === undefined) ledger.leftOut(at, 'it has variables that the gate does not log');
    else ledger.carried(at, `the format ${format}`);
  },
  server_tokens: ({ at }, _scope, { ledger }) => ledger.carried(at, ...NEVER_NAMED),
  client_max_body_size(item, scope, { ledger }) {
    const bytes = sizeOf(item.args[0]);
    if (bytes === undefined) {
      ledger.leftOut(item.at, `"${item.args[0] ?? ''}" is no size`);
      return;
    }
    scope.add(item);
    ledger.carried(item.at, `routes: max_body ${bytes}`);
  },
  proxy_connect_timeout: kept('upstreams: connect_timeout'),
  proxy_read_timeout: kept('upstreams: response_timeout and idle_timeout'),
  proxy_next_upstream: kept(
    'upstreams: retry',
    'which errors are tried again is fixed: none that came, and no request that may have been carried out',
  ),
  proxy_redirect: ({ args, at }, scope, { ledger }) => {
    if (args[0] === 'off') {
      scope.add({ name: 'proxy_redirect', args, at });
      ledger.carried(at, 'routes: rewrite_answers false');
    } else if (args[0] === 'default') ledger.carried(at, 'rewrite_answers is on by default');
    else ledger.carried(at, ...LOCATIONS_REWRITTEN);
  },
  proxy_cookie_domain: ({ at }, _scope, { ledger }) => ledger.carried(at, ...COOKIE_DOMAINS_REWRITTEN),
  proxy_cookie_path: ({ at }, _scope, { ledger }) => ledger.carried(at, ...COOKIE_PATHS_REWRITTEN),
  proxy_ssl_trusted_certificate: file('upstreams: tls.ca'),
  proxy_ssl_certificate: file('upstreams: tls.certificate'),
  proxy_ssl_certificate_key: file('upstreams: tls.key'),
  proxy_ssl_name: kept('upstreams: tls.server_name'),
  proxy_ssl_server_name: ({ at }, _scope, { ledger }) => ledger.carried(at, 'the name is always sent'),
  proxy_set_header: later,
  add_header: later,
  proxy_hide_header: later,
  proxy_pass: later,
  fastcgi_pass: later,
  internal: later,
  root: later,
  alias: later,
  index: later,
  try_files: later,
  expires: later,
  fastcgi_param: later,
  fastcgi_index: later,
  fastcgi_split_path_info: later,
  fastcgi_connect_timeout: later,
  fastcgi_read_timeout: later,
  auth_request_set: later,
  limit_req: later,
  limit_conn: later,
  limit_rate: later,
  limit_req_zone: (item, _scope, workshop) => readZone(item, workshop),
  limit_conn_zone: (item, _scope, workshop) => readZone(item, workshop),
  return: later,
  rewrite: later,
  allow: later,
  deny: later,
  auth_basic: later,
  auth_basic_user_file: later,
  auth_request: later,
  auth_jwt: later,
  satisfy: later,
  listen: later,
  server_name: later,
  ssl_certificate: later,
  ssl_certificate_key: later,
  ssl_protocols: later,
  ssl_verify_client: later,
  ssl_client_certificate: later,
  modsecurity: later,
  modsecurity_rules_file({ args, at }, _scope, { ledger, rules, files }) {
    const [path = ''] = args;
    if (!files.canRead(path)) {
      ledger.leftOut(at, `${path} cannot be read`);
      return;
    }
    rules.addFile(files.placeOf(path), files.read(path), at);
    ledger.carried(at, `rules.files: ${files.nameOf(path)}`, 'the rules are the same for all routes');
  },
  modsecurity_rules({ args, at }, _scope, { ledger, rules, canWriteRules }) {
    if (canWriteRules) rules.addLine(args.join(' '), at);
    else ledger.leftOut(at, 'rules need a file of their own: give -o');
  },
};

export function takeDirective(item: NginxItem, scope: NginxScope, workshop: NginxWorkshop): void {
  const take = Object.hasOwn(NGINX_DIRECTIVES, item.name) ? NGINX_DIRECTIVES[item.name] : undefined;
  if (take === undefined) workshop.ledger.leftOut(item.at, nginxReason(item.name));
  else take(item, scope, workshop);
}
