/** Why the gate itself answers. One table: code, who caused it, status, and what is said in the log and to the client. */

export type ErrorSource = 'client' | 'upstream' | 'internal';

/** The stages of a request that can decide it, in the order they run. */
export const STAGES = [
  'tls',
  'http',
  'limits',
  'flood',
  'route',
  'access',
  'auth',
  'waf',
  'upstream',
  'internal',
] as const;
export type Stage = (typeof STAGES)[number];

/** Who answered a request, and why: a rule id, an error code, the name of a limit or an upstream. */
export interface DecidedBy {
  readonly stage: Stage;
  readonly reason: string;
}

export interface ErrorKind {
  /** Stable, never reused. */
  readonly code: string;
  readonly source: ErrorSource;
  readonly stage: Stage;
  /** Status of the answer. */
  readonly status: number;
  /** For the log and the reference page. */
  readonly text: string;
  /**
   * The request can be understood in one way only and is refused by policy; while rules only detect, it passes and the
   * refusal is noted in the log.
   */
  readonly isPolicy?: true;
  /** The connection is closed without an answer; `status` is for the logs. */
  readonly isSilent?: true;
}

const client = (code: string, status: number, text: string): ErrorKind => ({
  code,
  source: 'client',
  stage: 'http',
  status,
  text,
});
const limit = (code: string, status: number, text: string): ErrorKind => ({
  ...client(code, status, text),
  stage: 'limits',
});
const route = (code: string, status: number, text: string): ErrorKind => ({
  ...client(code, status, text),
  stage: 'route',
});
const flood = (code: string, status: number, text: string): ErrorKind => ({
  ...client(code, status, text),
  stage: 'flood',
});
const auth = (code: string, status: number, text: string): ErrorKind => ({
  ...client(code, status, text),
  stage: 'auth',
});
const policy = (code: string, status: number, text: string): ErrorKind => ({
  ...client(code, status, text),
  isPolicy: true,
});
const upstream = (code: string, status: number, text: string): ErrorKind => ({
  code,
  source: 'upstream',
  stage: 'upstream',
  status,
  text,
});
const internal = (code: string, status: number, text: string): ErrorKind => ({
  code,
  source: 'internal',
  stage: 'internal',
  status,
  text,
});

export const ERRORS = {
  malformedRequest: client('SP1001', 400, 'malformed request'),
  unsupportedVersion: client('SP1002', 505, 'unsupported HTTP version'),
  ancientVersion: client('SP1003', 400, 'HTTP version older than 1.0'),
  headersTooLarge: limit('SP1004', 431, 'request head too large'),
  tooManyHeaders: limit('SP1005', 431, 'too many headers'),
  targetTooLong: limit('SP1006', 414, 'request target too long'),
  headersTimeout: limit('SP1007', 408, 'the request head took too long'),
  badTarget: client('SP1010', 400, 'ambiguous or invalid request target'),
  dotSegments: policy('SP1011', 400, 'dot segments in the request path'),
  encodedNul: policy('SP1012', 400, 'encoded NUL in the request path'),
  doubleEncoding: policy('SP1013', 400, 'request path that decodes twice'),
  overlongUtf8: policy('SP1014', 400, 'overlong UTF-8 in the request path'),
  encodedBackslash: policy('SP1015', 400, 'encoded backslash in the request path'),
  missingHost: client('SP1020', 400, 'no Host header'),
  repeatedHost: client('SP1021', 400, 'more than one Host header'),
  badHost: client('SP1022', 400, 'invalid Host header'),
  hostMismatch: client('SP1023', 400, 'request target and Host header name different hosts'),
  badContentLength: client('SP1030', 400, 'invalid Content-Length'),
  badTransferEncoding: client('SP1031', 400, 'Transfer-Encoding other than chunked'),
  ambiguousFraming: client('SP1032', 400, 'Content-Length and Transfer-Encoding together'),
  oldTransferEncoding: client('SP1033', 400, 'Transfer-Encoding in HTTP/1.0'),
  upgradeWithBody: client('SP1034', 400, 'Upgrade request with a body'),
  badUpgrade: client('SP1035', 400, 'invalid WebSocket handshake'),
  unexpectedBody: policy('SP1036', 400, 'a body with a method that has none here'),
  encodedBody: policy('SP1038', 415, 'a request body in a coding that rules cannot read'),
  looseFraming: client('SP1037', 400, 'request line or body framing that others may read differently'),
  forbiddenField: client('SP1043', 400, 'HTTP/2 header field with bytes that HTTP/1 cannot carry'),
  repeatedSingleton: policy('SP1040', 400, 'a header that may occur once is repeated'),
  protectedHopHeader: client('SP1041', 400, 'Connection names a header that must not be removed'),
  underscoreHeader: client('SP1042', 400, 'header name with an underscore'),
  refusedMethod: policy('SP1050', 405, 'method not allowed'),
  unknownExpectation: client('SP1051', 417, 'unknown expectation'),
  bodyTooLarge: limit('SP1060', 413, 'request body too large'),
  bodyTimeout: limit('SP1061', 408, 'the request body stopped coming'),
  bodyTooSlow: limit('SP1063', 408, 'the request body comes too slowly'),
  responseTooSlow: limit('SP1064', 408, 'the client takes the answer too slowly'),
  clientGone: client('SP1062', 499, 'the client went away'),
  flooded: flood('SP1065', 429, 'too many requests'),
  floodDropped: { ...flood('SP1066', 429, 'too many requests; the connection was closed'), isSilent: true },
  floodStoreAway: { ...flood('SP1067', 503, 'requests cannot be counted'), source: 'internal' },
  routeBusy: { ...limit('SP1068', 503, 'too many requests are under way on this route'), source: 'internal' },
  overworked: flood('SP1069', 429, 'the rules have had too much work with this client'),
  websocketRefused: route('SP1070', 403, 'WebSocket is not allowed here'),
  addressRefused: {
    ...client('SP1071', 403, 'clients with this address have no access to this route'),
    stage: 'access',
  },
  unknownHost: route('SP1081', 421, 'no route for this host'),
  misdirected: {
    ...client('SP1082', 421, 'the connection was opened for a host with another certificate'),
    stage: 'tls',
  },
  noRoute: route('SP1080', 404, 'no route for this host and path'),
  noScript: route('SP1083', 404, 'no script for this path'),

  credentialsMissing: auth('SP1090', 401, 'no credentials'),
  credentialsRefused: auth('SP1091', 401, 'the credentials are not good'),
  accessDenied: auth('SP1092', 403, 'access denied'),
  loginsHeld: auth('SP1093', 429, 'too many failed logins'),
  authUnavailable: { ...auth('SP1094', 503, 'who the client is cannot be found out'), source: 'internal' },

  upstreamUnreachable: upstream('SP2001', 502, 'the application cannot be reached'),
  upstreamFailed: upstream('SP2002', 502, 'the application broke off the exchange'),
  upstreamInvalid: upstream('SP2003', 502, 'the application gave an invalid answer'),
  upstreamTimeout: upstream('SP2004', 504, 'the application took too long'),
  upstreamConnectTimeout: upstream('SP2005', 504, 'connecting to the application took too long'),
  upstreamIdle: upstream('SP2006', 504, 'the application stopped in the middle of an answer'),
  upstreamBusy: upstream('SP2007', 503, 'too many requests wait for the application'),
  upstreamQueueTimeout: upstream('SP2008', 503, 'no connection to the application became free in time'),
  upstreamOut: upstream('SP2009', 503, 'no address of the application is in service'),
  proxyTargetRefused: internal('SP2010', 502, 'a rule named a proxy target that is not allowed'),

  inspectionFailed: { ...internal('SP3001', 500, 'inspecting the exchange failed'), stage: 'waf' },
  spoolFailed: internal('SP3002', 500, 'a request body could not be held on disk'),
  auditUnwritable: internal('SP3004', 503, 'audit entries cannot be written'),
  internalError: internal('SP3003', 500, 'internal error'),
} as const satisfies Record<string, ErrorKind>;

/** An exchange that the gate ends itself. `detail` goes to the log, never to the client. */
export class GateError extends Error {
  readonly kind: ErrorKind;
  /** Seconds after which trying again makes sense. */
  retryAfter: number | undefined;
  /** Headers the answer needs for its status, names and values in turn. */
  headers: readonly string[] = [];

  constructor(kind: ErrorKind, detail?: string, cause?: unknown) {
    super(detail === undefined ? kind.text : `${kind.text}: ${detail}`, cause === undefined ? undefined : { cause });
    this.name = 'GateError';
    this.kind = kind;
  }

  withRetryAfter(seconds: number): this {
    this.retryAfter = seconds;
    return this;
  }

  withHeaders(headers: readonly string[]): this {
    this.headers = headers;
    return this;
  }
}
