/** `limit_req`, `limit_conn` and `limit_rate` as the traffic of a route. */
import type { Settings } from '../proxy/draft.ts';
import type { NginxItem } from './parse.ts';
import { sizeOf } from './quantities.ts';
import type { NginxScope } from './scope.ts';
import type { NginxWorkshop } from './workshop.ts';

/** `limit_req_zone $binary_remote_addr zone=one:10m rate=10r/s` and `limit_conn_zone`. */
export interface Zone {
  /** Whom it counts apart; undefined for what the gate cannot. */
  readonly by: 'client' | 'site' | undefined;
  readonly key: string;
  /** Requests a second. */
  readonly rate: number;
}

/** The zone of that directive, and its name; undefined, with the reason written down, where it is none. */
export function readZone({ args, at }: NginxItem, { ledger, zones }: NginxWorkshop): void {
  const [key = '', ...words] = args;
  const name = words
    .find((one) => one.startsWith('zone='))
    ?.slice('zone='.length)
    .split(':', 1)[0];
  const [, count = '0', unit] = /^rate=(\d+)r\/([sm])$/.exec(words.find((one) => one.startsWith('rate=')) ?? '') ?? [];
  if (name === undefined) {
    ledger.leftOut(at, 'it has no name');
    return;
  }
  const isClient = /^\$(binary_)?remote_addr$/.test(key);
  const by = isClient ? 'client' : /^\$(server_name|host)$/.test(key) ? 'site' : undefined;
  zones.set(name, { by, key, rate: unit === 'm' ? Number(count) / 60 : Number(count) });
  if (by === undefined) ledger.leftOut(at, `the gate counts clients by address or a route as a whole, not ${key}`);
  else ledger.carried(at, `routes: traffic, by ${by}`, ...(by === 'client' ? ['IPv6 by /64'] : ['by route']));
}

/** `traffic` of a route; nothing where nothing is said. */
export function trafficOf(scope: NginxScope, workshop: NginxWorkshop): Settings {
  const traffic: Settings = {};
  for (const item of scope.all('limit_req')) pace(item, traffic, workshop);
  for (const item of scope.all('limit_conn')) places(item, traffic, workshop);
  const rate = scope.last('limit_rate');
  if (rate !== undefined && rate.args[0] !== '0') {
    const bytes = sizeOf(rate.args[0]);
    if (bytes === undefined) workshop.ledger.leftOut(rate.at, `"${rate.args[0] ?? ''}" is no size`);
    else {
      traffic['client_bytes_per_second'] = bytes;
      workshop.ledger.carried(
        rate.at,
        `routes: traffic.client_bytes_per_second ${bytes}`,
        'of all answers to a client together',
      );
    }
  }
  return Object.keys(traffic).length === 0 ? {} : { traffic };
}

/** Milliseconds; nobody waits for less. */
const LEAST_WAIT = 1;

function pace({ args, at }: NginxItem, traffic: Settings, { ledger, zones }: NginxWorkshop): void {
  const options = new Map(args.map((one) => [one.split('=', 1)[0] ?? '', one.slice(one.indexOf('=') + 1)]));
  const zone = zones.get(options.get('zone') ?? '');
  if (zone?.by === undefined) {
    ledger.leftOut(at, zone === undefined ? 'there is no such zone' : `the gate does not count by ${zone.key}`);
    return;
  }
  if (zone.rate < 1) {
    ledger.leftOut(at, 'it is less than one a second: floods.paths bans clients that come more often');
    return;
  }
  const burst = Number(options.get('burst') ?? 0);
  const wait = Math.max(LEAST_WAIT, Math.round((burst / zone.rate) * 1000));
  const key = zone.by === 'client' ? 'client_per_second' : 'per_second';
  traffic[key] = Math.round(zone.rate);
  traffic['wait'] = `${Math.max(wait, Number.parseInt(String(traffic['wait'] ?? 0), 10))} ms`;
  if (burst > 100) traffic['queue'] = burst;
  ledger.carried(
    at,
    `routes: traffic.${key} ${Math.round(zone.rate)}, wait ${wait} ms`,
    'requests of a second may come at once',
    ...(options.has('nodelay') || options.has('delay') ? ['those of the burst wait for their turn'] : []),
  );
}

function places({ args, at }: NginxItem, traffic: Settings, { ledger, zones }: NginxWorkshop): void {
  const [name = '', written = ''] = args;
  const zone = zones.get(name);
  const most = Number(written);
  if (zone?.by === undefined || !Number.isInteger(most) || most < 1) {
    ledger.leftOut(at, zone === undefined ? 'there is no such zone' : `"${written}" by ${zone.key} cannot be counted`);
    return;
  }
  const key = zone.by === 'client' ? 'client_requests' : 'requests';
  traffic[key] = most;
  ledger.carried(at, `routes: traffic.${key} ${most}`, 'more wait for a place (traffic.wait) before they get 503');
}
