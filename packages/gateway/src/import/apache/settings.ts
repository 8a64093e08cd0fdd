/** Directives about the whole server: limits, time limits, logs, how it is run. */
import { NEVER_NAMED } from '../proxy/by-default.ts';
import { isOn, type Topic } from './topic.ts';

/** A directive with one number that becomes one key. */
function number(
  section: string,
  key: string,
  write: (value: number) => unknown = (value) => value,
  ...notes: readonly string[]
): Topic[string] {
  return ({ args, at }, scope, { draft, ledger }) => {
    const value = Number(args[0]);
    if (!/^\d+$/.test(args[0] ?? '')) {
      ledger.leftOut(at, `"${args[0] ?? ''}" is not a number`);
      return;
    }
    if (scope.kind !== 'server' && draft.get(section, key) !== undefined && draft.get(section, key) !== write(value)) {
      ledger.leftOut(at, `${section}.${key} holds for all sites, and is set already`);
      return;
    }
    draft.set(section, key, write(value));
    ledger.carried(at, `${section}.${key}: ${write(value)}`, ...notes);
  };
}

const seconds = (value: number): string => `${value} s`;

const LEVELS: ReadonlySet<string> = new Set(['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug']);

export const settings: Topic = {
  timeout({ args, at }, scope, { draft, ledger }) {
    const value = Number.parseInt(args[0] ?? '', 10);
    if (!(value > 0)) {
      ledger.leftOut(at, `"${args[0] ?? ''}" is not a time`);
      return;
    }
    scope.timeout = value;
    if (scope.kind !== 'server') {
      ledger.carried(at, `upstreams: response_timeout and idle_timeout ${value} s`);
      return;
    }
    draft.set('timeouts', 'body_idle', seconds(value));
    ledger.carried(at, `timeouts.body_idle: ${value} s; response_timeout and idle_timeout of upstreams`);
  },
  keepalive({ args, at }, _scope, { draft, ledger }) {
    if (isOn(args[0])) {
      ledger.carried(at, 'connections are kept by default');
      return;
    }
    draft.set('limits', 'requests_per_connection', 1);
    ledger.carried(at, 'limits.requests_per_connection: 1');
  },
  keepalivetimeout: number('timeouts', 'keep_alive', seconds),
  maxkeepaliverequests: number('limits', 'requests_per_connection'),
  limitrequestline: number('limits', 'target_length', undefined, 'without method and version'),
  limitrequestfields: number('limits', 'header_count'),
  maxconnectionsperchild: number('workers', 'max_requests', undefined, 'requests are counted, not connections'),
  maxrequestsperchild: number('workers', 'max_requests', undefined, 'requests are counted, not connections'),
  limitrequestbody({ args, at }, scope, { draft, ledger }) {
    const value = Number(args[0]);
    if (!Number.isInteger(value)) {
      ledger.leftOut(at, `"${args[0] ?? ''}" is not a number`);
      return;
    }
    if (scope.kind === 'server') {
      draft.set('limits', 'body', value);
      ledger.carried(at, `limits.body: ${value}`);
    } else {
      scope.maxBody = value;
      ledger.carried(at, `max_body: ${value} on its routes`);
    }
  },
  errorlog({ args: [path = ''], at }, scope, { ledger, files }) {
    if (path.startsWith('|') || path.startsWith('syslog')) {
      ledger.leftOut(at, 'the error log is a file; logs.shipping sends it elsewhere too');
      return;
    }
    ledger.enter(at);
    scope.errorLog = { at, file: files.nameOf(path) };
  },
  logformat({ args: [format = '', name], at }, _scope, { ledger, formats }) {
    formats.set(name ?? '', format);
    ledger.carried(at, name === undefined ? 'the format of TransferLog' : `the format ${name}`);
  },
  customlog({ args: [target = '', format = 'common', condition], at }, scope, { ledger, files }) {
    ledger.enter(at);
    scope.accessLogs.push({
      at,
      target: target.startsWith('|') ? target : files.nameOf(target),
      format,
      ...(condition !== undefined && { condition }),
    });
  },
  transferlog({ args: [target = ''], at }, scope, { ledger, files }) {
    ledger.enter(at);
    scope.accessLogs.push({ at, target: target.startsWith('|') ? target : files.nameOf(target), format: '' });
  },
  loglevel({ args, at }, _scope, { draft, ledger }) {
    const level =
      args
        .find((arg) => !arg.includes(':'))
        ?.toLowerCase()
        .replace(/^trace\d$/, 'debug') ?? '';
    if (!LEVELS.has(level)) {
      ledger.leftOut(at, 'levels are not set for single modules');
      return;
    }
    draft.set('logs', 'error_level', level);
    ledger.carried(
      at,
      `logs.error_level: ${level}`,
      ...(args.length > 1 ? ['levels of single modules are not kept'] : []),
    );
  },
  serversignature: ({ at }, _scope, { ledger }) =>
    ledger.carried(
      at,
      'pages of the gate never name it',
      "the upstream's Server header passes; server_header hides it",
    ),
  servertokens: ({ at }, _scope, { ledger }) => ledger.carried(at, ...NEVER_NAMED),
  traceenable({ args, at }, _scope, { ledger }) {
    if (args[0]?.toLowerCase() === 'off') ledger.carried(at, 'http.refused_methods has TRACE by default');
    else ledger.leftOut(at, 'TRACE is refused; take it out of http.refused_methods if you must');
  },
  hostnamelookups({ args, at }, _scope, { ledger }) {
    if (args[0]?.toLowerCase() === 'off') ledger.carried(at, 'addresses are never looked up');
    else ledger.leftOut(at, 'addresses are never looked up');
  },
  user: ({ args, at }, _scope, { ledger }) =>
    ledger.leftOut(at, `start the gate with workers.user: ${args[0] ?? ''}, if as root`),
  group: ({ args, at }, _scope, { ledger }) =>
    ledger.leftOut(at, `start the gate with workers.group: ${args[0] ?? ''}, if as root`),
  listen({ args, at }, _scope, { ledger, listens }) {
    const parts = /^(?:(.*):)?(\d{1,5})$/.exec(args[0] ?? '');
    const port = Number(parts?.[2]);
    if (parts === null || port > 65_535) {
      ledger.leftOut(at, `"${args[0] ?? ''}" is not a port`);
      return;
    }
    const address = (parts[1] ?? '*').replace(/^\[|\]$/g, '');
    listens.push({ address: address === '*' ? '::' : address, port, at });
  },
};
