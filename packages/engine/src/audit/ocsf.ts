import type { HeaderList, RuleMatch, TransactionRecord } from '../contract.ts';
import type { AuditContext } from './context.ts';
import { formatAlert } from './error-log-line.ts';
import { type JsonValue, writeJson } from './json-writer.ts';
import { type MaskSettings, maskBody, maskMatches, maskTarget } from './masking.ts';
import { contentType, requestLine, writesPart } from './native.ts';
import { severityName } from './severity.ts';

/** Version of the schema the event is written for. */
const SCHEMA_VERSION = '1.3.0';
/** Web Resources Activity, of the category Application Activity. */
const CLASS = 6001;
const CATEGORY = 6;

/** Activities of the class: create, read, update, delete; 99 is any other. */
const ACTIVITIES: ReadonlyMap<string, readonly [id: number, name: string]> = new Map(
  Object.entries<readonly [id: number, name: string]>({
    POST: [1, 'Create'],
    GET: [2, 'Read'],
    HEAD: [2, 'Read'],
    OPTIONS: [2, 'Read'],
    PUT: [3, 'Update'],
    PATCH: [3, 'Update'],
    DELETE: [4, 'Delete'],
  }),
);

/** Severities of the schema (1 informational to 6 fatal) for those of rules, EMERGENCY to DEBUG. */
const SEVERITIES: readonly number[] = [6, 6, 5, 4, 3, 2, 1, 1];
const SEVERITY_NAMES: readonly string[] = ['Unknown', 'Informational', 'Low', 'Medium', 'High', 'Critical', 'Fatal'];

/**
 * One entry as an event of the Open Cybersecurity Schema Framework, class Web Resources Activity with the profile
 * `security_control`, without line end; bytes are written as in the other JSON format. What the schema has no place for
 * (rules that matched, bodies) is under `unmapped`. Headers, bodies and messages follow SecAuditLogParts.
 */
export function formatOcsfAudit(source: TransactionRecord, context: AuditContext): string {
  const record = maskMatches(source, context.mask);
  const { connection, interruption, startedAt, durationMicroseconds } = record;
  const [activity, activityName] = ACTIVITIES.get(record.request.method) ?? [99, record.request.method || 'Unknown'];
  const severity = severityOf(record.matches);
  const isDenied = interruption !== undefined;
  const url = urlOf(record, context.mask);
  return writeJson({
    activity_id: activity,
    activity_name: activityName,
    category_uid: CATEGORY,
    category_name: 'Application Activity',
    class_uid: CLASS,
    class_name: 'Web Resources Activity',
    type_uid: CLASS * 100 + activity,
    time: Math.floor(startedAt),
    start_time: Math.floor(startedAt),
    end_time: Math.floor(startedAt + durationMicroseconds / 1000),
    duration: Math.round(durationMicroseconds / 1000),
    severity_id: severity,
    severity: SEVERITY_NAMES[severity],
    status_id: isDenied ? 2 : 1,
    status: isDenied ? 'Failure' : 'Success',
    status_code: record.response === undefined ? undefined : String(record.response.status),
    message: interruption?.message,
    action_id: isDenied ? 2 : 1,
    action: isDenied ? 'Denied' : 'Allowed',
    disposition_id: isDenied ? 2 : 1,
    disposition: isDenied ? 'Blocked' : 'Allowed',
    firewall_rule: firewallRule(record),
    metadata: {
      version: SCHEMA_VERSION,
      uid: record.id,
      profiles: ['security_control'],
      log_name: context.webAppId || undefined,
      log_provider: context.sensorId || undefined,
      product: {
        name: 'Sallyport',
        vendor_name: 'Sallyport',
        version: context.producer,
        feature:
          context.componentSignatures.length === 0 ? undefined : { name: context.componentSignatures.join('; ') },
      },
    },
    src_endpoint: { ip: connection.clientAddress, port: connection.clientPort },
    dst_endpoint: { ip: connection.serverAddress, port: connection.serverPort, hostname: record.hostname || undefined },
    http_request: request(record, url, context.mask),
    http_response: response(record, context.mask),
    web_resources: [{ name: record.uriPath, type: 'url', url_string: url }],
    unmapped: unmapped(record, context.mask),
  });
}

function severityOf(matches: readonly RuleMatch[]): number {
  const worst = Math.min(...matches.map((match) => match.severity ?? SEVERITIES.length - 1), SEVERITIES.length - 1);
  return SEVERITIES[worst] ?? 0;
}

function urlOf({ hostname, request: { uri } }: TransactionRecord, mask: MaskSettings | undefined): string {
  const target = maskTarget(uri, mask);
  return target.startsWith('/') ? `http://${hostname}${target}` : target;
}

function firewallRule({ interruption, matches }: TransactionRecord): JsonValue | undefined {
  const rule = interruption?.rule;
  if (rule === undefined) return undefined;
  const match = matches.findLast((one) => one.rule.id === rule.id);
  return {
    uid: String(rule.id),
    name: match?.message,
    version: match?.version,
    match_location: `${rule.file}:${rule.line}`,
  };
}

function request(record: TransactionRecord, url: string, mask: MaskSettings | undefined): JsonValue {
  const { request: head, requestBody } = record;
  const find = (wanted: string): string | undefined =>
    mask?.requestHeaders.has(wanted) === true
      ? undefined
      : head.headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  const question = url.indexOf('?');
  return {
    uid: record.id,
    http_method: head.method,
    version: head.protocol,
    url: {
      url_string: url,
      path: record.uriPath,
      hostname: record.hostname || undefined,
      port: record.connection.serverPort,
      query_string: question < 0 ? undefined : url.slice(question + 1),
    },
    user_agent: writesPart(record, 'B') ? find('user-agent') : undefined,
    referrer: writesPart(record, 'B') ? find('referer') : undefined,
    http_headers: writesPart(record, 'B') ? headers(head.headers, mask?.requestHeaders) : undefined,
    body_length: requestBody?.length,
  };
}

function response(record: TransactionRecord, mask: MaskSettings | undefined): JsonValue | undefined {
  const { response: head, responseBytes } = record;
  if (head === undefined) return undefined;
  return {
    code: head.status,
    status: head.reason,
    body_length: responseBytes,
    http_headers: writesPart(record, 'F') ? headers(head.headers, mask?.responseHeaders) : undefined,
  };
}

function headers(list: HeaderList, masked: ReadonlySet<string> | undefined): JsonValue {
  return list.map(([name, value]) => ({
    name,
    value: masked?.has(name.toLowerCase()) === true ? '*'.repeat(value.length) : value,
  }));
}

function unmapped(record: TransactionRecord, mask: MaskSettings | undefined): JsonValue {
  const { requestBody, responseBody } = record;
  const has = (part: string): boolean => writesPart(record, part);
  return {
    request_line: has('B') ? maskTarget(requestLine(record.request), mask) : undefined,
    request_body: has('C') && requestBody !== undefined ? maskBody(requestBody, contentType(record), mask) : undefined,
    response_body: has('E') ? responseBody : undefined,
    messages: has('H') && record.messages.length > 0 ? record.messages.map(({ text }) => text) : undefined,
    engine_mode: record.engineMode,
    matches: has('H') ? record.matches.map(matchOf) : undefined,
  };
}

function matchOf(match: RuleMatch): JsonValue {
  return {
    rule: match.rule.id,
    phase: match.phase,
    message: match.message,
    severity: match.severity === undefined ? undefined : severityName(match.severity),
    tags: match.tags,
    is_disruptive: match.isDisruptive,
    alert: formatAlert(match),
  };
}
