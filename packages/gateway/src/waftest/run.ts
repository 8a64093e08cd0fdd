import type {
  FileAccess,
  Interruption,
  RequestHead,
  ResponseHead,
  RuleMatch,
  RuleSource,
  Waf,
  WafOptions,
} from '@sallyport/engine';
import { formatErrorLogLine } from '@sallyport/engine';
import type { Expectation, HttpMessage, WaftestCase, WaftestFile } from './format.ts';

/** What became of one request of a file. */
export interface WaftestResult {
  readonly file: string;
  readonly line: number;
  readonly title: string;
  /** Differences from the expectation, each with its place; empty when the case passes. */
  readonly problems: readonly string[];
}

export interface WaftestEngine {
  readonly createWaf: (options: WafOptions) => Waf;
  readonly files: FileAccess;
}

/** Settings in force before a file's own rules, so that a test needs no preamble. */
const DEFAULTS = `SecRuleEngine On
SecRequestBodyAccess On
SecResponseBodyAccess On
SecResponseBodyMimeType text/plain text/html text/xml application/json
SecAuditEngine Off
`;

/** Id of the first rule that reports a variable at the end of an exchange; it lies above what rule sets use. */
const FIRST_REPORTER = 4_294_000_000;

/**
 * Runs the requests of a file one after the other through one rule set in this process, without sockets. Errors of the
 * rules are thrown as the engine throws them.
 */
export async function runWaftest(test: WaftestFile, engine: WaftestEngine): Promise<WaftestResult[]> {
  const matches: RuleMatch[] = [];
  const names = variableNames(test);
  const waf = engine.createWaf({
    rules: [{ file: 'waftest-defaults.conf', text: DEFAULTS }, { file: test.file, text: test.rules }, reporters(names)],
    files: engine.files,
    onMatch: (match) => matches.push(match),
  });
  const results: WaftestResult[] = [];
  for (const [index, one] of test.cases.entries()) {
    matches.length = 0;
    const seen = await exchange(waf, one, index + 1, matches, names);
    const problems = one.expectations.flatMap((expectation) => {
      const problem = check(expectation, seen);
      return problem === undefined ? [] : [`${test.file}:${expectation.line} ${problem}`];
    });
    results.push({ file: test.file, line: one.line, title: one.title, problems });
  }
  return results;
}

function variableNames({ cases }: WaftestFile): string[] {
  const names = cases.flatMap(({ expectations }) =>
    expectations.flatMap((expectation) => (expectation.kind === 'variable' ? [expectation.name] : [])),
  );
  return [...new Set(names)];
}

/** Rules that log the value of each variable a test asks for in the last phase: rules are how one sees variables. */
function reporters(names: readonly string[]): RuleSource {
  const lines = names.map((name, index) => {
    const macro = name.replace(':', '.');
    return `SecAction "id:${FIRST_REPORTER + index},phase:5,pass,log,noauditlog,msg:'%{${macro}}'"`;
  });
  return { file: 'waftest-variables.conf', text: `${lines.join('\n')}\n` };
}

interface Seen {
  readonly status: number;
  readonly ids: readonly number[];
  readonly lines: readonly string[];
  readonly variables: ReadonlyMap<string, string>;
}

async function exchange(
  waf: Waf,
  { request, response }: WaftestCase,
  number: number,
  matches: readonly RuleMatch[],
  names: readonly string[],
): Promise<Seen> {
  const tx = waf.openTransaction({
    id: `waftest-${number}`,
    clientAddress: '192.0.2.1',
    clientPort: 50_000,
    serverAddress: '192.0.2.2',
    serverPort: 80,
  });
  const answer = response === undefined ? DEFAULT_RESPONSE : responseHead(response);
  const decide = async (): Promise<Interruption | undefined> => {
    let verdict = await tx.processRequestHeaders(requestHead(request));
    if (verdict === undefined && tx.wantsRequestBody && request.body !== '')
      verdict = tx.writeRequestBody(bytes(request.body));
    verdict ??= await tx.processRequestBody();
    verdict ??= await tx.processResponseHeaders(answer);
    if (verdict === undefined && tx.wantsResponseBody && response !== undefined) {
      verdict = tx.writeResponseBody(bytes(response.body));
    }
    return verdict ?? (await tx.processResponseBody());
  };
  const verdict = await decide();
  const status = verdict?.status ?? answer.status;
  const record = await tx.processLogging({ response: { ...answer, status } });
  const own = [...matches, ...record.matches].filter(({ rule }) => rule.id < FIRST_REPORTER);
  const context = { hostname: record.hostname, uriPath: record.uriPath, id: record.id };
  return {
    status,
    ids: [...new Set(own.map(({ rule }) => rule.id))].sort((a, b) => a - b),
    lines: [
      ...matches.filter(({ rule }) => rule.id < FIRST_REPORTER).map((match) => formatErrorLogLine(match, context)),
      ...record.messages.map(({ text }) => text),
    ],
    variables: new Map(
      matches.flatMap(({ rule, message }) =>
        rule.id < FIRST_REPORTER ? [] : [[names[rule.id - FIRST_REPORTER] ?? '', message ?? ''] as const],
      ),
    ),
  };
}

const DEFAULT_RESPONSE: ResponseHead = { status: 200, reason: 'OK', protocol: 'HTTP/1.1', headers: [] };

function requestHead({ start, headers }: HttpMessage): RequestHead {
  const first = start.indexOf(' ');
  const last = start.lastIndexOf(' ');
  const hasProtocol = last > first && start.startsWith('HTTP/', last + 1);
  return {
    method: first < 0 ? start : start.slice(0, first),
    uri: first < 0 ? '' : start.slice(first + 1, hasProtocol ? last : start.length),
    protocol: hasProtocol ? start.slice(last + 1) : '',
    line: start,
    headers,
  };
}

function responseHead({ start, headers }: HttpMessage): ResponseHead {
  const [protocol = '', status = '', ...reason] = start.split(' ');
  return { status: Number(status), reason: reason.join(' '), protocol, headers };
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

function check(expectation: Expectation, seen: Seen): string | undefined {
  const fired = seen.ids.length === 0 ? 'nothing fired' : `fired: ${seen.ids.join(' ')}`;
  switch (expectation.kind) {
    case 'status':
      return expectation.status === seen.status
        ? undefined
        : `expected status ${expectation.status}, got ${seen.status}; ${fired}`;
    case 'fired': {
      const missing = expectation.ids.filter((id) => !seen.ids.includes(id));
      return missing.length === 0 ? undefined : `expected ${missing.join(' ')} to fire; ${fired}`;
    }
    case 'not fired': {
      const unwanted = expectation.ids.filter((id) => seen.ids.includes(id));
      return unwanted.length === 0 ? undefined : `expected ${unwanted.join(' ')} not to fire; ${fired}`;
    }
    case 'fired nothing':
      return seen.ids.length === 0 ? undefined : `expected nothing to fire; ${fired}`;
    case 'variable': {
      const value = seen.variables.get(expectation.name);
      if (value === expectation.value) return undefined;
      const found = value === undefined ? 'it was not reported' : `it is ${JSON.stringify(value)}`;
      return `expected ${expectation.name} to be ${JSON.stringify(expectation.value)}; ${found}`;
    }
    case 'log contains':
      if (seen.lines.some((line) => line.includes(expectation.text))) return undefined;
      return `expected the log to contain ${JSON.stringify(expectation.text)}${seen.lines.map((line) => `\n      ${line}`).join('')}`;
    case 'log lacks': {
      const line = seen.lines.find((one) => one.includes(expectation.text));
      return line === undefined
        ? undefined
        : `expected the log not to contain ${JSON.stringify(expectation.text)}\n      ${line}`;
    }
  }
}
