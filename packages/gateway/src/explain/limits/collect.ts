/** Every limit a request meets, in the order it meets them. */
import type { Inspection } from '@sallyport/engine/language';
import type { Config, RouteConfig } from '../../config/config.ts';
import type { Whereabouts } from '../../config/where.ts';
import type { PaceLimit } from '../../listener/slow-clients/pace.ts';
import type { Limit, Upload } from './limit.ts';
import { sizeText, timeText } from './quantities.ts';

export interface Surroundings {
  readonly config: Config;
  readonly where: Whereabouts;
  readonly method: string;
  readonly target: string;
  readonly isSecure: boolean;
  readonly route: RouteConfig;
  /** Position in the configuration; undefined for the route that is there without one. */
  readonly routeAt: number | undefined;
  /** The rules in force on this route. */
  readonly rules: Inspection | undefined;
  readonly upload: Upload | undefined;
}

export function collectLimits(about: Surroundings): readonly Limit[] {
  return [
    ...ofConnection(about),
    ...ofHead(about),
    ...ofFloods(about),
    ...ofLogins(about),
    ...ofBody(about),
    ...ofRules(about),
    ...ofUpstream(about),
    ...ofProcess(about),
  ];
}

function ofConnection({ config, where, isSecure, upload }: Surroundings): readonly Limit[] {
  const { limits, connections, slowClients, timeouts } = config;
  const from = origin(where);
  const found: Limit[] = [
    {
      stage: 'limits',
      name: 'limits.connections',
      value: String(limits.connections),
      from: from('limits', 'connections'),
      effect: 'the connection idle for longest makes room; else closed',
    },
    {
      stage: 'limits',
      name: 'connections.per_address',
      value: connections.perAddress === 0 ? 'no limit' : String(connections.perAddress),
      from: from('connections', 'perAddress'),
      effect: 'closed',
    },
    {
      stage: 'limits',
      name: 'connections.keep_alive_below',
      value: `${connections.keepAliveBelow} %`,
      from: from('connections', 'keepAliveBelow'),
      effect: 'closed after the answer',
    },
    {
      stage: 'limits',
      name: 'timeouts.keep_alive',
      value: timeText(timeouts.keepAlive),
      from: from('timeouts', 'keepAlive'),
      effect: 'idle connections are closed',
    },
    {
      stage: 'limits',
      name: 'limits.requests_per_connection',
      value: limits.requestsPerConnection === 0 ? 'no limit' : String(limits.requestsPerConnection),
      from: from('limits', 'requestsPerConnection'),
      effect: 'closed after the answer',
    },
    pace('slow_clients.header', slowClients.header, ofPace(where, 'header'), '408'),
    {
      ...pace('slow_clients.body', slowClients.body, ofPace(where, 'body'), '408'),
      ...bite(paceBite(slowClients.body, upload)),
    },
    {
      stage: 'limits',
      name: 'timeouts.body_idle',
      value: timeText(timeouts.bodyIdle),
      from: from('timeouts', 'bodyIdle'),
      effect: '408 after silence',
    },
    pace('slow_clients.response', slowClients.response, ofPace(where, 'response'), 'cut'),
  ];
  const handshake = pace('slow_clients.handshake', slowClients.handshake, ofPace(where, 'handshake'), 'closed');
  return isSecure ? [{ ...handshake, stage: 'tls' }, ...found] : found;
}

function ofHead({ config, where, method, target, route, routeAt, upload }: Surroundings): readonly Limit[] {
  const { limits, http } = config;
  const from = origin(where);
  const isMethodServed = http.methods.includes(method);
  const isBodyTaken = upload === undefined || upload.size === 0 || route.bodyMethods.includes(method);
  return [
    {
      stage: 'http',
      name: 'http.methods',
      value: http.methods.join(', '),
      from: from('http', 'methods'),
      effect: '405',
      ...bite(isMethodServed ? undefined : [0, '405']),
    },
    {
      stage: 'http',
      name: 'routes[].body_methods',
      value: route.bodyMethods.join(', '),
      from: ofRoute(where, routeAt, 'bodyMethods'),
      effect: 'refused',
      ...bite(isBodyTaken ? undefined : [0, 'refused']),
    },
    {
      stage: 'limits',
      name: 'limits.target_length',
      value: sizeText(limits.targetLength),
      from: from('limits', 'targetLength'),
      effect: '414',
      ...bite(target.length > limits.targetLength ? [0, '414'] : undefined),
    },
    {
      stage: 'limits',
      name: 'limits.header_size',
      value: sizeText(limits.headerSize),
      from: from('limits', 'headerSize'),
      effect: '431',
    },
    {
      stage: 'limits',
      name: 'limits.header_count',
      value: String(limits.headerCount),
      from: from('limits', 'headerCount'),
      effect: '431',
    },
  ];
}

function ofFloods({ config: { floods }, where }: Surroundings): readonly Limit[] {
  const from = origin(where);
  const window = ({ requests, per }: { readonly requests: number; readonly per: number }): string =>
    requests === 0 ? 'no limit' : `${requests} requests in ${timeText(per)}`;
  const outcome = floods.observe ? 'logged' : floods.action === 'drop' ? 'closed' : String(floods.status);
  const effect = floods.ban > 0 ? `${outcome}, for ${timeText(floods.ban)}` : outcome;
  const stage = 'flood';
  if (floods.mode === 'off') {
    return [{ stage, name: 'floods.mode', value: 'off', from: from('floods', 'mode'), effect: 'nothing is counted' }];
  }
  const work: Limit = {
    stage,
    name: 'floods.work.time',
    value: floods.work.time === 0 ? 'no limit' : `${timeText(floods.work.time)} in ${timeText(floods.work.per)}`,
    from: from('floods', 'work', 'time'),
    effect: `${outcome}, for ${timeText(floods.work.ban)}`,
  };
  if (floods.mode === 'evasive') {
    const { pageCount, pageInterval, siteCount, siteInterval, blockingPeriod } = floods.evasive;
    const held = `${outcome}, for ${blockingPeriod} s from the last request`;
    return [
      {
        stage,
        name: 'floods.evasive.page_count',
        value: `${pageCount} at less than ${pageInterval} s`,
        from: from('floods', 'evasive', 'pageCount'),
        effect: held,
      },
      {
        stage,
        name: 'floods.evasive.site_count',
        value: `${siteCount} at less than ${siteInterval} s`,
        from: from('floods', 'evasive', 'siteCount'),
        effect: held,
      },
      work,
    ];
  }
  return [
    {
      stage,
      name: 'floods.address',
      value: window(floods.address),
      from: from('floods', 'address', 'requests'),
      effect,
    },
    { stage, name: 'floods.path', value: window(floods.path), from: from('floods', 'path', 'requests'), effect },
    ...floods.paths.map(
      (one, at): Limit => ({
        stage,
        name: `floods.paths ${one.path}`,
        value: window(one),
        from: from('floods', 'paths', at),
        effect,
      }),
    ),
    {
      stage,
      name: 'floods.principal',
      value: window(floods.principal),
      from: from('floods', 'principal', 'requests'),
      effect,
    },
    {
      stage,
      name: 'floods.penalties.points',
      value:
        floods.penalties.points === 0 ? 'no limit' : `${floods.penalties.points} in ${timeText(floods.penalties.per)}`,
      from: from('floods', 'penalties', 'points'),
      effect: `${outcome}, for ${timeText(floods.penalties.ban)}`,
    },
    work,
  ];
}

function ofLogins({ config: { floods }, where, route }: Surroundings): readonly Limit[] {
  if ((route.auth?.providers.length ?? 0) === 0) return [];
  const from = origin(where);
  const { perClient, perUser, per, ban, longestHold } = floods.logins;
  const value = (count: number): string => (count === 0 ? 'no limit' : `${count} failed in ${timeText(per)}`);
  return [
    {
      stage: 'flood',
      name: 'floods.logins.per_client',
      value: value(perClient),
      from: from('floods', 'logins', 'perClient'),
      effect: `429, for ${timeText(ban)}`,
    },
    {
      stage: 'auth',
      name: 'floods.logins.per_user',
      value: value(perUser),
      from: from('floods', 'logins', 'perUser'),
      effect: `429, for 1 s and twice as long each time, ${timeText(longestHold)} at most`,
    },
  ];
}

function ofBody({ config, where, route, routeAt, upload }: Surroundings): readonly Limit[] {
  const own = route.maxBody !== undefined;
  const value = route.maxBody ?? config.limits.body;
  const isOver = upload !== undefined && value > 0 && upload.size > value;
  return [
    {
      stage: 'limits',
      name: own ? 'routes[].max_body' : 'limits.body',
      value: sizeText(value),
      from: own ? ofRoute(where, routeAt, 'maxBody') : origin(where)('limits', 'body'),
      effect: '413',
      ...bite(isOver ? [0, '413'] : undefined),
    },
    {
      stage: 'limits',
      name: 'limits.body_in_memory',
      value: sizeText(config.limits.bodyInMemory),
      from: origin(where)('limits', 'bodyInMemory'),
      effect: 'held on disk while rules decide',
    },
    {
      stage: 'limits',
      name: 'limits.bodies_in_memory',
      value: sizeText(config.limits.bodiesInMemory),
      from: origin(where)('limits', 'bodiesInMemory'),
      effect: 'of all bodies of a process; held on disk where it is used up',
    },
  ];
}

function ofRules({ route, where, routeAt, rules, upload }: Surroundings): readonly Limit[] {
  if (rules === undefined) return [];
  const { settings } = rules;
  const isEnforced = settings.engineMode === 'On' && route.waf === 'on';
  const own = route.inspect.requestBodyLimit;
  const seen: Limit[] =
    own === undefined
      ? []
      : [
          {
            stage: 'waf',
            name: 'routes[].inspect.request_body_limit',
            value: sizeText(own),
            from: ofRoute(where, routeAt, 'inspect', 'requestBodyLimit'),
            effect: 'rules see this much, the rest streams on',
          },
        ];
  if (!isBodyInspected(route, rules)) {
    return [
      {
        stage: 'waf',
        name: 'request body',
        value: 'not inspected',
        from: ofRoute(where, routeAt, 'inspect', 'requestBody'),
        effect: 'streams to the upstream',
      },
    ];
  }
  const isRejected = isEnforced && settings.requestBodyLimitAction === 'Reject' && own === undefined;
  const outcome = isRejected ? '413' : 'rules see this much, the rest streams on';
  const isOver = upload !== undefined && isRejected && upload.size > settings.requestBodyLimit;
  const isOverNoFiles = upload !== undefined && isRejected && upload.size > settings.requestBodyNoFilesLimit;
  return [
    ...seen,
    {
      stage: 'waf',
      name: 'SecRequestBodyLimit',
      value: sizeText(settings.requestBodyLimit),
      from: directive(rules, 'SecRequestBodyLimit'),
      effect: outcome,
      ...bite(isOver ? [0, '413'] : undefined),
    },
    {
      stage: 'waf',
      name: 'SecRequestBodyNoFilesLimit',
      value: sizeText(settings.requestBodyNoFilesLimit),
      from: directive(rules, 'SecRequestBodyNoFilesLimit'),
      effect: outcome,
      ...bite(isOverNoFiles ? [0, '413', 'it is a form or a document, not files'] : undefined),
    },
    {
      stage: 'waf',
      name: 'SecRequestBodyLimitAction',
      value: settings.requestBodyLimitAction,
      from: directive(rules, 'SecRequestBodyLimitAction'),
      effect: outcome,
    },
  ];
}

/** Rules get to see bodies on this route, so they are held until the rules have decided. */
export function isBodyInspected(route: RouteConfig, rules: Inspection | undefined): boolean {
  return rules?.settings.requestBodyAccess === true && route.inspect.requestBody && rules.settings.engineMode !== 'Off';
}

function ofUpstream({ config, where, route, rules, upload }: Surroundings): readonly Limit[] {
  const name = route.upstream;
  const upstream = name === undefined ? undefined : config.upstreams.get(name);
  if (name === undefined || upstream === undefined) return [];
  const at = (key: string): string => where.find(['upstreams', name, key]) ?? 'default';
  const stage = 'upstream';
  const label = (key: string): string => `upstreams.${name}.${key}`;
  const duration = upload === undefined ? 0 : upload.size / upload.rate;
  const { totalTimeout = 0 } = upstream;
  const isStreamed = !isBodyInspected(route, rules);
  const isTooLong = totalTimeout > 0 && isStreamed && duration * 1000 > totalTimeout;
  return [
    {
      stage,
      name: 'limits.upstream_queue',
      value: String(config.limits.upstreamQueue),
      from: origin(where)('limits', 'upstreamQueue'),
      effect: '503',
    },
    {
      stage,
      name: label('queue_timeout'),
      value: timeText(upstream.queueTimeout),
      from: at('queueTimeout'),
      effect: '503',
    },
    {
      stage,
      name: label('connect_timeout'),
      value: timeText(upstream.connectTimeout),
      from: at('connectTimeout'),
      effect: '504',
    },
    {
      stage,
      name: label('response_timeout'),
      value: timeText(upstream.responseTimeout),
      from: at('responseTimeout'),
      effect: '504, from the end of the request on',
    },
    {
      stage,
      name: label('idle_timeout'),
      value: timeText(upstream.idleTimeout),
      from: at('idleTimeout'),
      effect: 'cut after silence in the answer',
    },
    {
      stage,
      name: label('total_timeout'),
      value: timeText(totalTimeout),
      from: at('totalTimeout'),
      effect: '504 or cut',
      ...bite(isTooLong ? [totalTimeout / 1000, 'cut'] : undefined),
    },
  ];
}

function ofProcess({ config: { workers, timeouts }, where, upload }: Surroundings): readonly Limit[] {
  const duration = upload === undefined ? 0 : (upload.size / upload.rate) * 1000;
  const from = origin(where);
  const cut = (limit: number, when: string) =>
    bite(limit > 0 && duration > limit ? [limit / 1000, 'cut', when] : undefined);
  return [
    {
      stage: 'process',
      name: 'workers.drain',
      value: timeText(workers.drain),
      from: from('workers', 'drain'),
      effect: 'cut when its worker is replaced',
      ...cut(workers.drain, 'its worker is replaced meanwhile, by a reload for example'),
    },
    {
      stage: 'process',
      name: 'timeouts.drain',
      value: timeText(timeouts.drain),
      from: from('timeouts', 'drain'),
      effect: 'cut when the gate stops',
      ...cut(timeouts.drain, 'the gate is stopped meanwhile'),
    },
  ];
}

function pace(name: string, { time, minimumRate, maximum }: PaceLimit, from: string, effect: string): Limit {
  const rate = minimumRate === 0 ? '' : `, longer at ${minimumRate} B/s`;
  const value =
    time === 0 && maximum === 0
      ? 'no limit'
      : `${timeText(time)}${rate}${maximum === 0 ? '' : `, ${timeText(maximum)} at most`}`;
  return { stage: 'limits', name, value, from, effect };
}

/** When a steady upload runs out of time. */
function paceBite({ time, minimumRate, maximum }: PaceLimit, upload: Upload | undefined): BiteWords | undefined {
  if (upload === undefined) return undefined;
  const share = minimumRate === 0 ? 0 : upload.rate / minimumRate;
  const ofRate = time > 0 && share < 1 ? time / (1 - share) : Number.POSITIVE_INFINITY;
  const end = Math.min(ofRate, maximum > 0 ? maximum : Number.POSITIVE_INFINITY);
  return (upload.size / upload.rate) * 1000 > end ? [end / 1000, '408'] : undefined;
}

type BiteWords = readonly [after: number, outcome: string, when?: string];

function bite(words: BiteWords | undefined): Pick<Limit, 'bite'> {
  if (words === undefined) return {};
  const [after, outcome, when] = words;
  return { bite: { after, outcome, ...(when !== undefined && { when }) } };
}

function origin(where: Whereabouts): (...path: readonly (string | number)[]) => string {
  return (...path) => where.find(path) ?? 'default';
}

/** Whichever of the three numbers is written. */
function ofPace(where: Whereabouts, stage: string): string {
  const places = ['time', 'maximum', 'minimumRate'].map((key) => where.find(['slowClients', stage, key]));
  return places.find((place) => place !== undefined) ?? 'default';
}

function ofRoute(where: Whereabouts, at: number | undefined, ...path: readonly string[]): string {
  return (at === undefined ? undefined : where.find(['routes', at, ...path])) ?? 'default';
}

/** The last one counts. */
function directive({ lines }: Inspection, name: string): string {
  const line = lines.findLast((one) => one.name.toLowerCase() === name.toLowerCase());
  return line === undefined ? 'default' : `${line.span.file}:${line.span.start.line}`;
}
