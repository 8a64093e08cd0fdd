/** Exchanges for rules that need something from outside: programs, files, schemas, keys. */
import {
  createWaf,
  type Interruption,
  type RequestHead,
  type ResponseHead,
  RuleSetError,
  type Transaction,
  type TransactionRecord,
  type WafOptions,
} from '../../src/index.ts';

/** A request and its answer, as far as a test has an opinion. */
export interface Exchange {
  readonly method?: string;
  readonly uri?: string;
  readonly headers?: RequestHead['headers'];
  readonly body?: string;
  readonly response?: Partial<ResponseHead>;
  readonly responseBody?: string;
}

export interface Outcome {
  readonly tx: Transaction;
  readonly verdict: Interruption | undefined;
  readonly fired: readonly number[];
  readonly record: TransactionRecord;
}

/** What every rule set of these tests begins with. */
export const BASE = `SecRuleEngine On
SecRequestBodyAccess On
SecResponseBodyAccess On
SecAuditEngine On
SecAuditLogParts ABCFHIJKZ
`;

/** What comes of an exchange under these rules, which see both bodies and audit everything. */
export async function run(rules: string, exchange: Exchange, options: Partial<WafOptions> = {}): Promise<Outcome> {
  const waf = createWaf({ rules: [{ file: 'a.conf', text: BASE + rules }], ...options });
  const tx = waf.openTransaction({
    id: 'tx/1',
    clientAddress: '192.0.2.1',
    clientPort: 50_000,
    serverAddress: '192.0.2.2',
    serverPort: 80,
    startedAt: 1_700_000_000_000,
  });
  const { method = 'GET', uri = '/', headers = [], body = '', response = {}, responseBody = '' } = exchange;
  const length: RequestHead['headers'] = body === '' ? [] : [['Content-Length', String(body.length)]];
  const head = {
    method,
    uri,
    protocol: 'HTTP/1.1',
    headers: [['Host', 'example.test'] as const, ...headers, ...length],
  };
  let verdict = await tx.processRequestHeaders(head);
  if (verdict === undefined && tx.wantsRequestBody && body !== '')
    verdict = tx.writeRequestBody(Buffer.from(body, 'latin1'));
  verdict ??= await tx.processRequestBody();
  const answer: ResponseHead = { status: 200, reason: 'OK', protocol: 'HTTP/1.1', headers: [], ...response };
  verdict ??= await tx.processResponseHeaders(answer);
  if (verdict === undefined && tx.wantsResponseBody) tx.writeResponseBody(Buffer.from(responseBody, 'latin1'));
  verdict ??= await tx.processResponseBody();
  const record = await tx.processLogging({ response: answer });
  return { tx, verdict, record, fired: record.matches.map(({ rule }) => rule.id) };
}

/** Why rules do not load; empty when they do. */
export function refusal(rules: string, options: Partial<WafOptions> = {}): string {
  try {
    createWaf({ rules: [{ file: 'a.conf', text: rules }], ...options });
  } catch (cause) {
    if (cause instanceof RuleSetError) return cause.message;
    throw cause;
  }
  return '';
}

/** A form; `parts` are its parts from the name on. */
export const multipart = (...parts: readonly string[]): Exchange => ({
  method: 'POST',
  headers: [['Content-Type', 'multipart/form-data; boundary=XX']],
  body: `${parts.map((part) => `--XX\r\nContent-Disposition: form-data; ${part}\r\n`).join('')}--XX--\r\n`,
});
