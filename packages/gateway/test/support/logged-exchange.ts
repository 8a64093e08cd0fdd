import type { LoggedExchange } from '../../src/logs/index.ts';

/** An exchange for tests of logs. Headers are given in lower case under `requestHeaders` and `responseHeaderList`. */
export interface SampleParts extends Partial<LoggedExchange> {
  readonly sentHeaders?: Readonly<Record<string, string>>;
  readonly answerHeaders?: readonly (readonly [name: string, value: string])[];
  readonly variables?: Readonly<Record<string, string>>;
}

export function sampleExchange({
  sentHeaders = {},
  answerHeaders = [],
  variables = {},
  ...changes
}: SampleParts = {}): LoggedExchange {
  return {
    id: 'awDb',
    startedAt: Date.UTC(2026, 10, 20, 12),
    duration: 14_120,
    moments: { headRead: 100, bodyRead: 532, rulesDone: 1490, answered: 13_000, answerReady: 13_115 },
    client: { address: '192.0.2.1', port: 43_290 },
    peer: { address: '192.0.2.1', port: 43_290 },
    server: { address: '192.0.2.80', port: 443 },
    requestLine: 'GET / HTTP/1.1',
    method: 'GET',
    path: '/',
    query: undefined,
    protocol: 'HTTP/1.1',
    hostname: 'example.test',
    serverName: 'example.test',
    scheme: 'https',
    tls: undefined,
    user: undefined,
    auth: undefined,
    status: 200,
    responseBytes: 5,
    decidedBy: { stage: 'upstream', reason: 'app' },
    tag: undefined,
    upstream: 'app',
    forwardedTo: 'http://127.0.0.1:3000/',
    record: undefined,
    trace: undefined,
    hasErrorLines: false,
    requestsBefore: 2,
    connectionStatus: '+',
    bytesIn: 321,
    bytesOut: 654,
    requestHeader: (name) => sentHeaders[name],
    responseHeader: (name) => answerHeaders.find(([one]) => one === name)?.[1],
    responseHeaders: (name) => answerHeaders.filter(([one]) => one === name).map(([, value]) => value),
    requestTrailer: () => undefined,
    responseTrailer: () => undefined,
    environment: (name) => (name === 'UNIQUE_ID' ? 'awDb' : variables[name]),
    ruleVariable: () => undefined,
    ...changes,
  };
}
