import { type MaskSettings, maskTarget } from '@sallyport/engine';
import { asciiJson } from './ascii-json.ts';
import { type LoggedExchange, stageTimes } from './logged-exchange.ts';

/** Names the Core Rule Set gives its totals, newest first, by what we call them. */
const SCORES: readonly (readonly [name: string, variables: readonly string[]])[] = [
  ['inbound', ['blocking_inbound_anomaly_score', 'inbound_anomaly_score', 'anomaly_score']],
  ['outbound', ['blocking_outbound_anomaly_score', 'outbound_anomaly_score']],
];

/**
 * One exchange as a JSON object on one line, without line end: what happened, who decided it, where the time went. Values that rules or the configuration mask are masked.
 */
export function formatJsonAccessLine(exchange: LoggedExchange, mask: MaskSettings | undefined): string {
  return asciiJson(accessFields(exchange, mask));
}

/** What is told of an exchange, by name. */
export function accessFields(exchange: LoggedExchange, mask: MaskSettings | undefined): Record<string, unknown> {
  const { record, decidedBy } = exchange;
  return {
    time: new Date(exchange.startedAt).toISOString(),
    id: exchange.id,
    client: exchange.client.address,
    client_port: exchange.client.port,
    ...(exchange.peer !== exchange.client && { peer: exchange.peer.address }),
    host: exchange.hostname,
    method: exchange.method,
    target: maskTarget(record?.request.uri ?? targetOf(exchange.requestLine), mask),
    protocol: exchange.protocol,
    user: exchange.user,
    referer: requestHeader(exchange, 'referer', mask),
    user_agent: requestHeader(exchange, 'user-agent', mask),
    status: exchange.status,
    decided_by: decidedBy?.stage,
    reason: decidedBy?.reason,
    upstream: exchange.upstream,
    body_bytes: exchange.responseBytes,
    bytes_in: exchange.bytesIn,
    bytes_out: exchange.bytesOut,
    requests_before: exchange.requestsBefore,
    connection: exchange.connectionStatus,
    duration_us: exchange.duration,
    stages_us: stageTimes(exchange),
    ...(record !== undefined && {
      rules_us: record.phaseMicroseconds.reduce((sum, time) => sum + time, 0),
      rules: [...new Set(record.matches.filter((one) => one.log || one.isDisruptive).map((one) => one.rule.id))],
      scores: scoresOf(exchange),
    }),
  };
}

/** What stands between the method and the protocol. */
function targetOf(requestLine: string): string {
  const first = requestLine.indexOf(' ');
  const last = requestLine.lastIndexOf(' ');
  if (first < 0) return requestLine;
  return requestLine.slice(first + 1, last > first ? last : undefined);
}

/** A request header as the record has it where there is one: rules may have masked it. `name` in lower case. */
export function requestHeader(
  exchange: LoggedExchange,
  name: string,
  mask: MaskSettings | undefined,
): string | undefined {
  const value =
    exchange.record === undefined
      ? exchange.requestHeader(name)
      : exchange.record.request.headers.find(([one]) => one.toLowerCase() === name)?.[1];
  return value !== undefined && mask?.requestHeaders.has(name) ? '*'.repeat(value.length) : value;
}

function scoresOf(exchange: LoggedExchange): Record<string, number> | undefined {
  const scores: Record<string, number> = {};
  for (const [name, variables] of SCORES) {
    for (const variable of variables) {
      const value = exchange.ruleVariable(variable);
      if (value === undefined) continue;
      scores[name] = Number(value);
      break;
    }
  }
  return Object.keys(scores).length === 0 ? undefined : scores;
}
