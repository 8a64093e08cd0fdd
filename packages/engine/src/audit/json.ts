import type { HeaderList, MatchedValue, RuleMatch, TransactionRecord } from '../contract.ts';
import type { AuditContext } from './context.ts';
import { formatAlert } from './error-log-line.ts';
import { type JsonValue, pairs, writeJson } from './json-writer.ts';
import { type MaskSettings, maskBody, maskMatches, maskTarget } from './masking.ts';
import { alerts, contentType, engineModeName, requestLine, sanitisedNames, writesPart } from './native.ts';
import { describeRule } from './rule-text.ts';
import { auditTime } from './time.ts';

/**
 * One entry of a JSON audit log in the shape of ModSecurity 2.9, without line end. The result is pure ASCII:
 * a byte `hh` of a text is written as the character U+00hh, so parsing gives byte strings back. Repeated headers are
 * repeated keys, as in the reference.
 *
 * The key `sallyport` is ours: for each match the variables with their transformations, the matched bytes and the changes
 * of variables, which is what it takes to follow a score. It is written with part H.
 */
export function formatJsonAudit(source: TransactionRecord, context: AuditContext): string {
  const record = maskMatches(source, context.mask);
  const has = (part: string): boolean => writesPart(record, part);
  return writeJson({
    transaction: transaction(record),
    request: request(record, context.mask, has),
    response: response(record, context.mask, has),
    audit_data: has('H') ? auditData(record, context) : undefined,
    uploads: has('J') && record.uploads.length > 0 ? uploads(record) : undefined,
    matched_rules:
      has('K') && record.matches.length > 0 ? record.matches.map((match) => matchedRule(match, context)) : undefined,
    sallyport: has('H') ? explanation(record) : undefined,
  });
}

function transaction({ id, startedAt, durationMicroseconds, connection }: TransactionRecord): JsonValue {
  return {
    time: auditTime(startedAt + durationMicroseconds / 1000),
    transaction_id: id,
    remote_address: connection.clientAddress,
    remote_port: connection.clientPort,
    local_address: connection.serverAddress,
    local_port: connection.serverPort,
  };
}

type HasPart = (part: string) => boolean;

function request(record: TransactionRecord, mask: MaskSettings | undefined, has: HasPart): JsonValue | undefined {
  if (!has('B') && !has('C') && !has('I')) return undefined;
  const { requestBody: body, requestBodyWithoutFiles: fields } = record;
  return {
    request_line: has('B') ? maskTarget(requestLine(record.request), mask) : undefined,
    headers: has('B') ? headers(record.request.headers, mask?.requestHeaders) : undefined,
    body: has('C') && body !== undefined ? [maskBody(body, contentType(record), mask)] : undefined,
    fake_body: has('I') && fields !== undefined ? maskBody(fields, undefined, mask) : undefined,
  };
}

function response(record: TransactionRecord, mask: MaskSettings | undefined, has: HasPart): JsonValue | undefined {
  const head = has('F') ? record.response : undefined;
  const body = has('E') ? record.responseBody : undefined;
  if (head === undefined && body === undefined) return undefined;
  return {
    protocol: head?.protocol,
    status: head?.status,
    headers: head === undefined ? undefined : headers(head.headers, mask?.responseHeaders),
    body,
  };
}

function headers(list: HeaderList, masked: ReadonlySet<string> | undefined): JsonValue {
  return pairs(
    list.map(([name, value]) => [name, masked?.has(name.toLowerCase()) === true ? '*'.repeat(value.length) : value]),
  );
}

function auditData(record: TransactionRecord, context: AuditContext): JsonValue {
  const { interruption, phaseMicroseconds, variables } = record;
  const [p1, p2, p3, p4, p5] = phaseMicroseconds;
  const [sr, sw] = record.storageMicroseconds;
  const messages = [
    ...alerts(record).map((match) => formatAlert(match, context.words)),
    ...record.messages.map((message) => message.text),
  ];
  const user = { id: context.webAppId || undefined, session: variables.sessionId, user_id: variables.userId };
  return {
    messages: messages.length > 0 ? messages : undefined,
    error_messages: record.serverErrors.length > 0 ? record.serverErrors : undefined,
    action:
      interruption === undefined
        ? undefined
        : {
            intercepted: true,
            phase: interruption.phase,
            message: record.matches.findLast((match) => match.isDisruptive)?.operatorText ?? interruption.message,
          },
    stopwatch: { p1, p2, p3, p4, p5, sr, sw, l: 0, gc: 0 },
    response_body_dechunked: record.responseBody === undefined ? undefined : true,
    producer:
      context.componentSignatures.length > 0 ? [context.producer, ...context.componentSignatures] : context.producer,
    server: context.server,
    sanitized: sanitized(record, context.mask),
    webapp_info: Object.values(user).some((value) => value !== undefined) ? user : undefined,
    sensor_id: context.sensorId || undefined,
    engine_mode: engineModeName(record),
    rules_performance_info:
      record.slowRules.length === 0 ? undefined : pairs(record.slowRules.map(([id, time]) => [String(id), time])),
  };
}

function sanitized(record: TransactionRecord, mask: MaskSettings | undefined): JsonValue | undefined {
  const names = sanitisedNames(record, mask);
  const isMasked = names.arguments.length + names.requestHeaders.length + names.responseHeaders.length > 0;
  if (!isMasked && mask === undefined) return undefined;
  return {
    args: names.arguments,
    request_headers: names.requestHeaders,
    response_headers: names.responseHeaders,
  };
}

function uploads(record: TransactionRecord): JsonValue {
  return {
    info: record.uploads.map(({ size, name, contentType: type }) => ({
      file_size: size,
      file_name: name,
      content_type: type ?? '<Unknown Content-Type>',
    })),
    total: record.uploads.reduce((sum, { size }) => sum + size, 0),
  };
}

function matchedRule(match: RuleMatch, context: AuditContext): JsonValue {
  const texts = describeRule(match, context);
  const isChain = texts.length > 1;
  return {
    chain: isChain,
    rules: texts.map((unparsed, index) => link(match, match.matched[index], unparsed, index, isChain)),
    full_chain_match: isChain ? true : undefined,
  };
}

function link(
  match: RuleMatch,
  value: MatchedValue | undefined,
  unparsed: string,
  index: number,
  isChain: boolean,
): JsonValue {
  const isStarter = index === 0;
  const space = value?.operator.indexOf(' ') ?? -1;
  return {
    actionset: {
      id: isStarter ? String(match.rule.id) : undefined,
      rev: isStarter ? match.revision : undefined,
      version: isStarter ? match.version : undefined,
      severity: isStarter ? match.severity : undefined,
      accuracy: isStarter ? match.accuracy : undefined,
      maturity: isStarter ? match.maturity : undefined,
      phase: match.phase,
      is_chained: isChain,
      chain_starter: isChain && isStarter ? true : undefined,
      tags: isStarter && match.tags.length > 0 ? match.tags : undefined,
    },
    operator:
      value === undefined
        ? undefined
        : {
            operator: (space < 0 ? value.operator : value.operator.slice(0, space)).replace('@', ''),
            operator_param: space < 0 ? '' : value.operator.slice(space + 1),
            target: value.name,
            negated: value.isNegated,
          },
    config: { filename: match.rule.file, line_num: value?.line ?? match.rule.line },
    unparsed,
    is_matched: true,
  };
}

/** What `sallyport explain` reads; the version changes when a key changes its meaning. */
function explanation(record: TransactionRecord): JsonValue {
  const { interruption } = record;
  return {
    version: 1,
    hostname: record.hostname,
    path: record.uriPath,
    engine: record.engineMode,
    interruption:
      interruption === undefined
        ? undefined
        : {
            action: interruption.action,
            status: interruption.status,
            url: interruption.url,
            phase: interruption.phase,
            rule: interruption.rule?.id,
            message: interruption.message,
          },
    matches: record.matches.map((match) => ({
      rule: match.rule.id,
      file: match.rule.file,
      line: match.rule.line,
      phase: match.phase,
      action: match.action,
      message: match.message,
      data: match.data,
      severity: match.severity,
      tags: match.tags,
      disruptive: match.isDisruptive,
      logged: match.log,
      matched: match.matched.map((value) => ({
        variable: value.name,
        operator: value.operator,
        negated: value.isNegated,
        transformations: value.transformations,
        original: value.original === value.value ? undefined : value.original,
        value: value.value,
        span: value.span,
        line: value.line,
        changes: value.changes.map(({ name, before, after }) => ({ name, before, after })),
      })),
    })),
  };
}
