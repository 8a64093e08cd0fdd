import { escapeLine, escapeLog } from '../bytes/escape.ts';
import type { HeaderList, RuleMatch, SanitisedNames, TransactionRecord } from '../contract.ts';
import type { AuditContext } from './context.ts';
import { formatAlert } from './error-log-line.ts';
import { maskBody, maskMatches, maskTarget } from './masking.ts';
import { describeRule } from './rule-text.ts';
import { auditTime } from './time.ts';

/** Parts in the order they are written, whatever the order they were asked for (A and Z always). */
const ORDER = 'BCIFEHJK';

/**
 * One entry of a Native audit log as ModSecurity 2.9 writes it, bytes in, bytes out.
 *
 * @param boundary eight hex digits, new for each entry and not known to clients: a body that contains a separator of its
 *   own entry could otherwise forge parts.
 */
export function formatNativeAudit(source: TransactionRecord, context: AuditContext, boundary: string): string {
  const record = maskMatches(source, context.mask);
  let entry = `--${boundary}-A--\n${headline(record)}\n`;
  for (const part of ORDER) {
    if (!writesPart(record, part)) continue;
    const body = PARTS[part]?.(record, context);
    if (body !== undefined) entry += `${part === 'B' ? '' : '\n'}--${boundary}-${part}--\n${body}`;
  }
  return `${entry}\n--${boundary}-Z--\n\n`;
}

/**
 * Whether a part is wanted. Part I stands for the body without files; where the body holds none there is nothing to leave
 * out, and the reference writes it as part C.
 */
export function writesPart({ auditParts, requestBodyWithoutFiles }: TransactionRecord, part: string): boolean {
  return (
    auditParts.includes(part) || (part === 'C' && requestBodyWithoutFiles === undefined && auditParts.includes('I'))
  );
}

type PartWriter = (record: TransactionRecord, context: AuditContext) => string | undefined;

const PARTS: Readonly<Record<string, PartWriter>> = {
  B: ({ request }, { mask }) =>
    `${oneLine(maskTarget(requestLine(request), mask))}\n${headers(request.headers, mask?.requestHeaders)}`,
  C: (record, { mask }) => bodyText(record.requestBody, record, mask),
  I: ({ requestBodyWithoutFiles: fields }, { mask }) =>
    fields === undefined ? undefined : maskBody(fields, undefined, mask),
  F: ({ response }, { mask }) =>
    response === undefined
      ? undefined
      : `${oneLine(`${response.protocol} ${response.status} ${response.reason ?? ''}`).trimEnd()}\n${headers(response.headers, mask?.responseHeaders)}`,
  E: ({ responseBody }) => responseBody,
  H: trailer,
  J: uploads,
  K: (record, context) => {
    if (record.matches.length === 0) return undefined;
    return record.matches.map((match) => `${describeRule(match, context).map(oneLine).join('\n')}\n\n`).join('');
  },
};

function headline({ id, startedAt, durationMicroseconds, connection }: TransactionRecord): string {
  const at = auditTime(startedAt + durationMicroseconds / 1000);
  const { clientAddress, clientPort, serverAddress, serverPort } = connection;
  return `[${at}] ${oneLine(id)} ${clientAddress} ${clientPort} ${serverAddress} ${serverPort}`;
}

/** The first line of the request as it came, or put together. */
export function requestLine({ line, method, uri, protocol }: TransactionRecord['request']): string {
  return line ?? `${method} ${uri} ${protocol}`.trimEnd();
}

function headers(list: HeaderList, masked: ReadonlySet<string> | undefined): string {
  let text = '';
  for (const [name, value] of list) {
    const shown = masked?.has(name.toLowerCase()) === true ? '*'.repeat(value.length) : oneLine(value);
    text += `${oneLine(name)}: ${shown}\n`;
  }
  return text;
}

function bodyText(body: string | undefined, record: TransactionRecord, mask: AuditContext['mask']): string | undefined {
  return body === undefined ? undefined : maskBody(body, contentType(record), mask);
}

/** Content-Type of the request, as received. */
export function contentType({ request }: TransactionRecord): string | undefined {
  return request.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
}

function trailer(record: TransactionRecord, context: AuditContext): string {
  const lines: string[] = [];
  for (const match of alerts(record)) lines.push(`Message: ${formatAlert(match, context.words)}`);
  for (const message of record.messages) lines.push(`Message: ${escapeLine(message.text)}`);
  for (const text of record.serverErrors) lines.push(`Apache-Error: ${escapeLine(text)}`);
  if (record.interruption !== undefined) lines.push(`Action: Intercepted (phase ${record.interruption.phase})`);
  const clock = `${Math.floor(record.startedAt * 1000)} ${record.durationMicroseconds}`;
  const [p1, p2, p3, p4, p5] = record.phaseMicroseconds;
  const [sr, sw] = record.storageMicroseconds;
  const combined = p1 + p2 + p3 + p4 + p5 + sr + sw;
  lines.push(`Stopwatch: ${clock} (- - -)`);
  lines.push(
    `Stopwatch2: ${clock}; combined=${combined}, p1=${p1}, p2=${p2}, p3=${p3}, p4=${p4}, p5=${p5}, sr=${sr}, sw=${sw}, l=0, gc=0`,
  );
  if (record.responseBody !== undefined) lines.push('Response-Body-Transformed: Dechunked');
  lines.push(`Producer: ${[context.producer, ...context.componentSignatures].map(oneLine).join('; ')}.`);
  if (context.server !== undefined) lines.push(`Server: ${oneLine(context.server)}`);
  lines.push(...sanitisedLines(record, context.mask));
  const { sessionId, userId } = record.variables;
  if (context.webAppId !== '' || sessionId !== undefined || userId !== undefined) {
    const fields = [context.webAppId === '' ? undefined : context.webAppId, sessionId, userId];
    lines.push(`WebApp-Info: ${fields.map((field) => `"${escapeLog(field ?? '-')}"`).join(' ')}`);
  }
  if (context.sensorId !== '') lines.push(`Sensor-Id: "${escapeLog(context.sensorId)}"`);
  lines.push(`Engine-Mode: "${engineModeName(record)}"`);
  if (record.slowRules.length > 0) {
    lines.push(`Rules-Performance-Info: ${record.slowRules.map(([id, time]) => `"${id}=${time}"`).join(', ')}.`);
  }
  return `${lines.join('\n')}\n`;
}

/** Matches whose alert goes into part H: all but those with `nolog,noauditlog`. */
export function alerts({ matches }: TransactionRecord): readonly RuleMatch[] {
  return matches.filter((match) => match.log || match.auditLog);
}

/** `ENABLED`, `DETECTION_ONLY` or `DISABLED`. */
export function engineModeName({ engineMode }: TransactionRecord): string {
  if (engineMode === 'On') return 'ENABLED';
  return engineMode === 'DetectionOnly' ? 'DETECTION_ONLY' : 'DISABLED';
}

/** Names that the configuration masks, then those that rules did. */
export function sanitisedNames({ sanitised }: TransactionRecord, mask: AuditContext['mask']): SanitisedNames {
  const join = (configured: ReadonlySet<string> | undefined, named: readonly string[]): readonly string[] => {
    const own = named.filter((name) => configured?.has(name.toLowerCase()) !== true);
    return [...(configured ?? []), ...own];
  };
  return {
    arguments: join(mask?.parameters, sanitised.arguments),
    requestHeaders: join(mask?.requestHeaders, sanitised.requestHeaders),
    responseHeaders: join(mask?.responseHeaders, sanitised.responseHeaders),
  };
}

function sanitisedLines(record: TransactionRecord, mask: AuditContext['mask']): string[] {
  const sanitised = sanitisedNames(record, mask);
  const list = (label: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : [`${label}: ${[...names].map((name) => `"${escapeLog(name)}"`).join(', ')}.`];
  return [
    ...list('Sanitised-Args', sanitised.arguments),
    ...list('Sanitised-Request-Headers', sanitised.requestHeaders),
    ...list('Sanitised-Response-Headers', sanitised.responseHeaders),
  ];
}

function uploads(record: TransactionRecord): string | undefined {
  if (record.uploads.length === 0) return undefined;
  let total = 0;
  let text = '';
  for (const { partNumber, size, name, contentType: type } of record.uploads) {
    total += size;
    text += `${partNumber},${size},"${escapeLog(name)}","${escapeLog(type ?? '<Unknown ContentType>')}"\n`;
  }
  return `${text}Total,${total}\n`;
}

/** Bytes that would break the line become escapes; everything else stays, as the parts B and F show what was sent. */
function oneLine(text: string): string {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x0a || code === 0x0d || code === 0) return breaksEscaped(text);
  }
  return text;
}

function breaksEscaped(text: string): string {
  return text.replaceAll('\r', '\\r').replaceAll('\n', '\\n').replaceAll('\0', '\\x00');
}
