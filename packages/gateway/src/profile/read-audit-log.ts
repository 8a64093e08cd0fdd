/** Requests out of audit logs: Native and JSON, those of ModSecurity 2, ModSecurity 3 and ours. */
import type { HeaderList } from '@sallyport/engine';
import { type JsonObject, numberOf, objectOf, textOf, textsOf } from '../explain/json-object.ts';
import { readHeaders, requestHead, responseHead } from './read-http.ts';
import type { RecordedRequest, Recording } from './recorded-request.ts';

const NATIVE_START = /^--([0-9A-Za-z]{8,})-A--$/;

/** Whether a file begins like an audit log. */
export function isAuditLog(text: string): boolean {
  const line = text.trimStart().split('\n', 1)[0] ?? '';
  return NATIVE_START.test(line.trimEnd()) || (line.startsWith('{') && /"transaction"\s*:/.test(text));
}

/** All requests of a log, as a byte string, in its order. */
export function readAuditLog(text: string, file: string): Recording {
  const entries = text.trimStart().startsWith('{') ? jsonEntries(text) : nativeEntries(text);
  const requests: RecordedRequest[] = [];
  let leftOut = 0;
  for (const { id, ...request } of entries) {
    if (request.head === undefined) leftOut++;
    else requests.push({ ...request, head: request.head, name: `${file} ${id}` });
  }
  return { requests, leftOut };
}

interface Entry extends Omit<RecordedRequest, 'name' | 'head'> {
  readonly id: string;
  readonly head: RecordedRequest['head'] | undefined;
}

function* nativeEntries(text: string): Generator<Entry> {
  let boundary: string | undefined;
  let part = '';
  let parts = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    if (boundary === undefined) {
      boundary = NATIVE_START.exec(line)?.[1];
      part = 'A';
      parts = new Map([[part, []]]);
      continue;
    }
    if (line === `--${boundary}-Z--`) {
      yield nativeEntry(parts);
      boundary = undefined;
    } else if (line.startsWith(`--${boundary}-`) && line.endsWith('--')) {
      part = line.at(-3) ?? '';
      parts.set(part, []);
    } else parts.get(part)?.push(line);
  }
}

function nativeEntry(parts: ReadonlyMap<string, readonly string[]>): Entry {
  const [line = '', ...headers] = parts.get('B') ?? [];
  const [status = '', ...answered] = parts.get('F') ?? [];
  return {
    id: parts.get('A')?.[0]?.split('] ')[1]?.split(' ')[0] ?? '',
    head: requestHead(line, readHeaders(headers)),
    body: content(parts.get('C') ?? parts.get('I')),
    ...responseOf(status, readHeaders(answered), content(parts.get('E'))),
  };
}

/** The line end in front of the next part belongs to the log. */
function content(lines: readonly string[] = []): string {
  return lines.join('\n');
}

function responseOf(line: string, headers: HeaderList, body: string): Pick<Entry, 'response'> {
  const head = responseHead(line, headers);
  return head === undefined ? {} : { response: { head, body } };
}

function* jsonEntries(text: string): Generator<Entry> {
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    let parsed: unknown;
    try {
      parsed = JSON.parse(line);
    } catch {
      yield { id: '', head: undefined, body: '' };
      continue;
    }
    const entry = objectOf(parsed);
    const transaction = objectOf(entry['transaction']);
    yield transaction['request'] === undefined ? modsecurity2(entry, transaction) : modsecurity3(transaction);
  }
}

/** `request.request_line`, bodies as lists of pieces. Ours are the same. */
function modsecurity2(entry: JsonObject, transaction: JsonObject): Entry {
  const request = objectOf(entry['request']);
  const response = objectOf(entry['response']);
  const status = `${textOf(response['protocol'])} ${numberOf(response['status'])}`;
  return {
    id: textOf(transaction['transaction_id']) ?? '',
    head: requestHead(textOf(request['request_line']) ?? '', headersOf(request)),
    body: textsOf(request['body']).join('') || (textOf(request['fake_body']) ?? ''),
    ...responseOf(status, headersOf(response), textOf(response['body']) ?? ''),
  };
}

/** Everything below `transaction`; the request in pieces. */
function modsecurity3(transaction: JsonObject): Entry {
  const request = objectOf(transaction['request']);
  const response = objectOf(transaction['response']);
  const version = textOf(request['http_version']) ?? numberOf(request['http_version'])?.toFixed(1) ?? '1.1';
  const line = `${textOf(request['method']) ?? ''} ${textOf(request['uri']) ?? ''} HTTP/${version}`;
  return {
    id: textOf(transaction['unique_id']) ?? '',
    head: requestHead(line, headersOf(request)),
    body: textOf(request['body']) ?? '',
    ...responseOf(
      `HTTP/${version} ${numberOf(response['http_code'])}`,
      headersOf(response),
      textOf(response['body']) ?? '',
    ),
  };
}

function headersOf(message: JsonObject): HeaderList {
  return Object.entries(objectOf(message['headers'])).flatMap(([name, value]): [string, string][] => {
    const text = textOf(value);
    return text === undefined ? textsOf(value).map((one) => [name, one]) : [[name, text]];
  });
}
