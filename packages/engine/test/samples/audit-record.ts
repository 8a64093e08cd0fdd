import type { AuditContext } from '../../src/audit/context.ts';
import type { MatchedValue, RuleMatch, TransactionRecord } from '../../src/contract.ts';

/** A match as rule 1 of a small rule set would give it; override what a test is about. */
export function sampleMatch(changes: Partial<RuleMatch> = {}): RuleMatch {
  return {
    rule: { id: 1, file: '/etc/sallyport/rules.conf', line: 21 },
    phase: 2,
    action: 'Warning.',
    operatorText: 'Pattern match "(a)b" at ARGS:x.',
    message: 'm',
    data: undefined,
    severity: undefined,
    revision: undefined,
    version: undefined,
    maturity: undefined,
    accuracy: undefined,
    tags: [],
    matched: [sampleValue()],
    isDisruptive: false,
    log: true,
    auditLog: true,
    ...changes,
  };
}

export function sampleValue(changes: Partial<MatchedValue> = {}): MatchedValue {
  return {
    name: 'ARGS:x',
    value: 'ab',
    original: 'AB',
    transformations: ['lowercase'],
    operator: 'rx (a)b',
    isNegated: false,
    span: [0, 2],
    line: 21,
    changes: [{ name: 'TX:score', before: undefined, after: '5' }],
    ...changes,
  };
}

/** A POST with two form fields, answered with 200; every part has something to say. */
export function sampleRecord(changes: Partial<TransactionRecord> = {}): TransactionRecord {
  return {
    id: 'awDbeGX4RwRz3EIBAdZIdgAAAAA',
    connection: {
      id: 'awDbeGX4RwRz3EIBAdZIdgAAAAA',
      clientAddress: '192.0.2.1',
      clientPort: 43290,
      serverAddress: '192.0.2.2',
      serverPort: 80,
    },
    startedAt: 1_795_218_307_462.126,
    durationMicroseconds: 603,
    request: {
      method: 'POST',
      uri: '/a?x=ab',
      protocol: 'HTTP/1.1',
      headers: [
        ['Host', 'example.test'],
        ['Content-Type', 'application/x-www-form-urlencoded'],
      ],
    },
    requestBody: 'user=me&password=secret',
    requestBodyWithoutFiles: undefined,
    response: {
      status: 200,
      reason: 'OK',
      protocol: 'HTTP/1.1',
      headers: [
        ['Content-Length', '2'],
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
      ],
    },
    responseBody: 'hi',
    matches: [sampleMatch()],
    messages: [],
    serverErrors: [],
    interruption: undefined,
    engineMode: 'On',
    isRelevant: true,
    isAudited: true,
    auditParts: 'BCEFHIJK',
    uploads: [],
    storageMicroseconds: [0, 0],
    slowRules: [],
    sanitised: { arguments: [], requestHeaders: [], responseHeaders: [] },
    phaseMicroseconds: [1, 2, 3, 4, 5],
    variables: { sessionId: undefined, userId: undefined },
    hostname: 'example.test',
    uriPath: '/a',
    ...changes,
  };
}

export function sampleContext(changes: Partial<AuditContext> = {}): AuditContext {
  return {
    producer: 'Sallyport/0.1.0',
    componentSignatures: [],
    server: undefined,
    webAppId: '',
    sensorId: '',
    ...changes,
  };
}
