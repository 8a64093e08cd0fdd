import type { ActionParts, TargetParts } from '@sallyport/engine';

/** The part of an exchange that a `content` or `pcre` looks at; `raw` is the packet, for which HTTP has no word. */
export type Buffer =
  | { readonly kind: BufferKind }
  | { readonly kind: 'header-field' | 'parameter'; readonly name: string };

export type BufferKind =
  | 'raw'
  | 'uri'
  | 'path'
  | 'raw-uri'
  | 'raw-path'
  | 'query'
  | 'method'
  | 'header'
  | 'cookie'
  | 'body'
  | 'file'
  | 'status'
  | 'reason'
  | 'version'
  | 'client';

/** A buffer in SecLang. */
export interface Place {
  readonly targets: readonly TargetParts[];
  readonly transformations: readonly ActionParts[];
  readonly phase: 1 | 2 | 3 | 4;
}

const asIs: readonly ActionParts[] = [['t', 'none']];
const normalised: readonly ActionParts[] = [
  ['t', 'none'],
  ['t', 'urlDecodeUni'],
  ['t', 'normalizePath'],
];

const place = (phase: Place['phase'], names: readonly string[], transformations = asIs): Place => ({
  targets: names.map((name) => ({ name })),
  transformations,
  phase,
});

/** Where a buffer of a request or of a response is found; undefined where that direction has none. */
export function placeOf(buffer: Buffer, isResponse: boolean): Place | undefined {
  switch (buffer.kind) {
    case 'header-field': {
      const target = { name: isResponse ? 'RESPONSE_HEADERS' : 'REQUEST_HEADERS', key: buffer.name };
      return { targets: [target], transformations: asIs, phase: isResponse ? 3 : 1 };
    }
    case 'parameter':
      return { targets: [{ name: 'ARGS', key: buffer.name }], transformations: asIs, phase: 2 };
    default:
      return isResponse ? responsePlaces[buffer.kind] : requestPlaces[buffer.kind];
  }
}

/** Header names are looked at with the values, because a buffer of Snort holds both; cookies have one of their own. */
const requestHeaders: Place = {
  targets: [
    { name: 'REQUEST_HEADERS' },
    { name: 'REQUEST_HEADERS', key: 'Cookie', isExclusion: true },
    { name: 'REQUEST_HEADERS_NAMES' },
  ],
  transformations: asIs,
  phase: 1,
};

const requestPlaces: Readonly<Partial<Record<BufferKind, Place>>> = {
  raw: place(2, ['REQUEST_LINE', 'REQUEST_HEADERS', 'REQUEST_BODY']),
  uri: place(1, ['REQUEST_URI'], normalised),
  path: place(1, ['REQUEST_FILENAME'], normalised),
  query: place(1, ['QUERY_STRING']),
  'raw-uri': place(1, ['REQUEST_URI_RAW']),
  'raw-path': place(1, ['REQUEST_FILENAME']),
  method: place(1, ['REQUEST_METHOD']),
  header: requestHeaders,
  cookie: { targets: [{ name: 'REQUEST_HEADERS', key: 'Cookie' }], transformations: asIs, phase: 1 },
  body: place(2, ['REQUEST_BODY', 'ARGS_POST']),
  file: place(2, ['REQUEST_BODY', 'ARGS_POST']),
  version: place(1, ['REQUEST_PROTOCOL']),
  client: place(1, ['REMOTE_ADDR']),
};

const responsePlaces: Readonly<Partial<Record<BufferKind, Place>>> = {
  ...requestPlaces,
  raw: place(4, ['STATUS_LINE', 'RESPONSE_HEADERS', 'RESPONSE_BODY']),
  header: place(3, ['RESPONSE_HEADERS', 'RESPONSE_HEADERS_NAMES']),
  cookie: { targets: [{ name: 'RESPONSE_HEADERS', key: 'Set-Cookie' }], transformations: asIs, phase: 3 },
  body: place(4, ['RESPONSE_BODY']),
  file: place(4, ['RESPONSE_BODY']),
  status: place(3, ['RESPONSE_STATUS']),
  reason: place(3, ['STATUS_LINE']),
  version: place(3, ['RESPONSE_PROTOCOL']),
};

/** Buffers only a response has. */
export const RESPONSE_BUFFERS: ReadonlySet<string> = new Set(['status', 'reason']);

/** Options that name a buffer: Snort 2 writes them behind a content, Snort 3 and Suricata (with dots) in front of it. */
const named: Readonly<Record<string, BufferKind>> = {
  __proto__: null as never,
  http_uri: 'uri',
  'http.uri': 'uri',
  http_raw_uri: 'raw-uri',
  'http.uri.raw': 'raw-uri',
  http_method: 'method',
  'http.method': 'method',
  http_header: 'header',
  'http.header': 'header',
  http_raw_header: 'header',
  'http.header.raw': 'header',
  http_cookie: 'cookie',
  'http.cookie': 'cookie',
  http_raw_cookie: 'cookie',
  http_client_body: 'body',
  'http.request_body': 'body',
  http_raw_body: 'body',
  'http.response_body': 'file',
  http_stat_code: 'status',
  'http.stat_code': 'status',
  http_stat_msg: 'reason',
  'http.stat_msg': 'reason',
  http_version: 'version',
  'http.protocol': 'version',
  http_true_ip: 'client',
  file_data: 'file',
  'file.data': 'file',
  pkt_data: 'raw',
  raw_data: 'raw',
};

const namedFields: Readonly<Record<string, string>> = {
  __proto__: null as never,
  http_user_agent: 'User-Agent',
  'http.user_agent': 'User-Agent',
  http_host: 'Host',
  'http.host': 'Host',
  'http.referer': 'Referer',
  'http.accept': 'Accept',
  'http.accept_enc': 'Accept-Encoding',
  'http.accept_lang': 'Accept-Language',
  'http.content_type': 'Content-Type',
  'http.content_len': 'Content-Length',
  'http.connection': 'Connection',
};

/** The buffer an option names; a string is the reason why not, undefined an option that names none. */
export function readBuffer(name: string, value: string | undefined): Buffer | string | undefined {
  const field = namedFields[name];
  if (field !== undefined) return { kind: 'header-field', name: field };
  if (name === 'http_param') {
    const parameter = /^"([^"|\\]+)"/.exec(value ?? '')?.[1];
    return parameter === undefined ? 'http_param names no parameter' : { kind: 'parameter', name: parameter };
  }
  const kind = named[name];
  if (kind === undefined) return undefined;
  if (value === undefined || value === '') return { kind };
  if (kind === 'header' || kind === 'cookie') {
    const header = /^field\s+([\w-]+)$/.exec(value)?.[1];
    return header === undefined ? `${name}:${value} is not supported` : { kind: 'header-field', name: header };
  }
  if (kind === 'uri' && value === 'path') return { kind: 'path' };
  if (kind === 'raw-uri' && value === 'path') return { kind: 'raw-path' };
  if ((kind === 'uri' || kind === 'raw-uri') && value === 'query') return { kind: 'query' };
  return `${name}:${value} is not supported`;
}
