import type { ExplainedMatch, ExplainedValue, Explanation, Verdict } from './explanation.ts';
import { type JsonObject, numberOf, objectOf, objectsOf, textOf, textsOf } from './json-object.ts';
import { alertOf, matchOfAlert } from './read-alert.ts';

const SEVERITIES = ['EMERGENCY', 'ALERT', 'CRITICAL', 'ERROR', 'WARNING', 'NOTICE', 'INFO', 'DEBUG'] as const;

/** Reads a JSON entry: wholly where it is ours, the alerts where ModSecurity wrote it. */
export function readJsonEntry(text: string): Explanation {
  const entry = objectOf(JSON.parse(text));
  const transaction = objectOf(entry['transaction']);
  const audit = objectOf(entry['audit_data']);
  const own = entry['sallyport'] === undefined ? undefined : objectOf(entry['sallyport']);
  const alerts = textsOf(audit['messages']);
  const isAlert = (message: string): boolean => alertOf(message) !== undefined;
  return {
    id: textOf(transaction['transaction_id']) ?? '',
    time: textOf(transaction['time']) ?? '',
    client: `${textOf(transaction['remote_address']) ?? '?'}:${numberOf(transaction['remote_port']) ?? '?'}`,
    host: own === undefined ? undefined : textOf(own['hostname']),
    requestLine: textOf(objectOf(entry['request'])['request_line']),
    status: numberOf(objectOf(entry['response'])['status']),
    engine: textOf(audit['engine_mode']),
    verdict: own === undefined ? foreignVerdict(audit) : verdict(own['interruption']),
    matches: own === undefined ? alerts.filter(isAlert).map(matchOfAlert) : objectsOf(own['matches']).map(match),
    messages: alerts.filter((message) => !isAlert(message)),
    isPartial: own === undefined,
  };
}

function verdict(value: unknown): Verdict | undefined {
  if (value === undefined) return undefined;
  const members = objectOf(value);
  return {
    action: textOf(members['action']) ?? 'deny',
    status: numberOf(members['status']),
    phase: numberOf(members['phase']),
    rule: numberOf(members['rule']),
    message: textOf(members['message']),
  };
}

function foreignVerdict(audit: JsonObject): Verdict | undefined {
  if (audit['action'] === undefined) return undefined;
  const action = objectOf(audit['action']);
  return {
    action: 'deny',
    status: undefined,
    phase: numberOf(action['phase']),
    rule: undefined,
    message: textOf(action['message']),
  };
}

function match(members: JsonObject): ExplainedMatch {
  const severity = numberOf(members['severity']);
  return {
    rule: numberOf(members['rule']) ?? 0,
    file: textOf(members['file']) ?? '',
    line: numberOf(members['line']) ?? 0,
    phase: numberOf(members['phase']),
    message: textOf(members['message']),
    data: textOf(members['data']),
    severity: severity === undefined ? undefined : (SEVERITIES[severity] ?? String(severity)),
    tags: textsOf(members['tags']),
    isDisruptive: members['disruptive'] === true,
    isLogged: members['logged'] !== false,
    sentence: undefined,
    values: objectsOf(members['matched']).map(value),
  };
}

function value(members: JsonObject): ExplainedValue {
  const after = textOf(members['value']) ?? '';
  const span = Array.isArray(members['span']) ? members['span'].map(numberOf) : [];
  const [start, end] = span;
  return {
    variable: textOf(members['variable']) ?? '',
    operator: textOf(members['operator']) ?? '',
    isNegated: members['negated'] === true,
    transformations: textsOf(members['transformations']),
    original: textOf(members['original']) ?? after,
    value: after,
    span: start === undefined || end === undefined ? undefined : [start, end],
    changes: objectsOf(members['changes']).map((change) => ({
      name: textOf(change['name']) ?? '',
      before: textOf(change['before']),
      after: textOf(change['after']),
    })),
  };
}
