/** Directives of mod_qos that have a counterpart. What belongs to one location is said in the report, as a route to change. */
import { parseNetwork } from '../../listener/networks.ts';
import { append, carry, wholeNumber } from './nested-settings.ts';
import type { Directive } from './parse.ts';
import type { Scope } from './scope.ts';
import { isOn, type Topic, type Workshop } from './topic.ts';

/** Seconds a counter of mod_qos holds when nobody says otherwise. */
const DEFAULT_PERIOD = 600;
const PENALTY_NOTE =
  'counted are the answers of floods.penalties.status; the client is banned for the period, not closed out by connection';

/** `QS_LocRequestLimit /path 20` and the like: which key of the route it is. */
function onRoute(key: string, unit: 'count' | 'kbytes', takesPath: boolean): Topic[string] {
  return (directive, _scope, workshop) => {
    const position = takesPath ? 1 : 0;
    const value = wholeNumber(directive, workshop, 0, position);
    if (value === undefined) return;
    const written = unit === 'kbytes' ? `${value} KiB` : String(value);
    const path = takesPath ? `the route for ${directive.args[0]}` : 'each route';
    workshop.ledger.leftOut(
      directive.at,
      `limits of a route stand in it: give ${path} traffic: { ${key}: ${written} }`,
    );
  };
}

function inPercent(value: number, { draft }: Workshop): number | undefined {
  const all = draft.get('limits', 'connections');
  return typeof all === 'number' && all > 0 ? Math.min(100, Math.round((value * 100) / all)) : undefined;
}

function penalties(directive: Directive, scope: Scope, workshop: Workshop): void {
  const points = wholeNumber(directive, workshop, 0);
  if (points === undefined) return;
  const known = (workshop.draft.get('floods', 'penalties') as { points?: number } | undefined)?.points;
  if (known !== undefined && known <= points) {
    workshop.ledger.leftOut(
      directive.at,
      `there is one limit of points, and floods.penalties.points: ${known} is reached first`,
    );
    return;
  }
  const period = Number(directive.args[1] ?? DEFAULT_PERIOD) || DEFAULT_PERIOD;
  carry(directive, scope, workshop, ['floods', 'penalties', 'points'], points, PENALTY_NOTE);
  carry(directive, scope, workshop, ['floods', 'penalties', 'per'], `${period} s`);
  carry(directive, scope, workshop, ['floods', 'penalties', 'ban'], `${period} s`);
}

function minimumRate(stages: readonly string[]): Topic[string] {
  return (directive, scope, workshop) => {
    const rate = wholeNumber(directive, workshop, 1);
    if (rate === undefined) return;
    const notes = directive.args.length > 1 ? ['the rate does not rise with the load'] : [];
    for (const stage of stages)
      carry(directive, scope, workshop, ['slow_clients', stage, 'minimum_rate'], rate, ...notes);
  };
}

export const qos: Topic = {
  qs_srvmaxconn: (directive, scope, workshop) => {
    const value = wholeNumber(directive, workshop, 1);
    if (value !== undefined)
      carry(directive, scope, workshop, ['limits', 'connections'], value, 'for each listener of each worker');
  },
  qs_srvmaxconnclose: (directive, scope, workshop) => {
    const [written = ''] = directive.args;
    const percent = written.endsWith('%') ? Number(written.slice(0, -1)) : inPercent(Number(written), workshop);
    if (percent === undefined || !(percent >= 1 && percent <= 100)) {
      workshop.ledger.leftOut(
        directive.at,
        'a percentage is needed, or QS_SrvMaxConn before it (connections.keep_alive_below)',
      );
    } else carry(directive, scope, workshop, ['connections', 'keep_alive_below'], percent);
  },
  qs_srvmaxconnperip: (directive, scope, workshop) => {
    const value = wholeNumber(directive, workshop, 0);
    if (value === undefined) return;
    carry(
      directive,
      scope,
      workshop,
      ['connections', 'per_address'],
      value,
      'for each worker; a /64 counts as one address',
    );
    if (directive.args[1] === undefined) return;
    const percent = inPercent(Number(directive.args[1]), workshop);
    if (percent === undefined)
      workshop.ledger.noted(directive.at, 'active at once: without QS_SrvMaxConn the number is no percentage');
    else carry(directive, scope, workshop, ['connections', 'per_address_above'], percent);
  },
  qs_srvmaxconnexcludeip: (directive, scope, workshop) => {
    const [written = ''] = directive.args;
    const bytes = written.endsWith('.') ? written.slice(0, -1).split('.') : undefined;
    const network =
      bytes === undefined ? written : `${[...bytes, '0', '0', '0'].slice(0, 4).join('.')}/${8 * bytes.length}`;
    if (parseNetwork(network) === undefined) workshop.ledger.leftOut(directive.at, `"${written}" is not an address`);
    else append(directive, scope, workshop, ['connections', 'except'], [network]);
  },
  qs_srvmindatarate: minimumRate(['body', 'response']),
  qs_srvrequestrate: minimumRate(['header', 'body']),
  qs_cliententries: (directive, scope, workshop) => {
    const value = wholeNumber(directive, workshop, 100);
    if (value !== undefined) carry(directive, scope, workshop, ['floods', 'entries'], value);
  },
  qs_clienteventblockcount: penalties,
  qs_clienteventlimitcount: penalties,
  qs_setenvifstatus: (directive, scope, workshop) => {
    const [status = '', variable = ''] = directive.args;
    const points = /^QS_(Block|Limit)(?:=(\d{1,4}))?$/i.exec(variable);
    const code = /^brokenconnection$/i.test(status) ? '499' : status;
    if (points === null)
      workshop.ledger.leftOut(directive.at, 'only QS_Block and QS_Limit are counted (floods.penalties.status)');
    else if (!/^[1-5]\d\d$/.test(code)) {
      workshop.ledger.leftOut(
        directive.at,
        `"${status}" is no status; connections without a request are closed by slow_clients.header`,
      );
    } else {
      const known = (workshop.draft.get('floods', 'penalties') as { status?: object } | undefined)?.status;
      carry(directive, scope, workshop, ['floods', 'penalties', 'status'], {
        ...known,
        [code]: Number(points[2] ?? 1),
      });
    }
  },
  qs_logonly: (directive, scope, workshop) => {
    carry(directive, scope, workshop, ['floods', 'observe'], isOn(directive.args[0]));
  },
  qs_errorresponsecode: (directive, scope, workshop) => {
    const value = wholeNumber(directive, workshop, 400);
    if (value !== undefined) carry(directive, scope, workshop, ['floods', 'status'], value);
  },
  qs_limitrequestbody: (directive, scope, workshop) => {
    const value = wholeNumber(directive, workshop, 0);
    if (value === undefined) return;
    if (scope.kind === 'server') carry(directive, scope, workshop, ['limits', 'body'], value);
    else workshop.ledger.leftOut(directive.at, `give its route max_body: ${value}`);
  },
  qs_locrequestlimit: onRoute('requests', 'count', true),
  qs_locrequestlimitdefault: onRoute('requests', 'count', false),
  qs_locrequestperseclimit: onRoute('per_second', 'count', true),
  qs_lockbytesperseclimit: onRoute('bytes_per_second', 'kbytes', true),
  qs_clienteventperseclimit: onRoute('client_per_second', 'count', false),
};
