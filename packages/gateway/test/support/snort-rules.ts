/** Rules of Snort, converted, loaded and shown whole exchanges. */
import { createWaf, type Waf } from '@sallyport/engine';
import { expect } from 'vitest';
import { convertSnort } from '../../src/import/snort.ts';

export interface Exchange {
  readonly method?: string;
  readonly uri?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
  readonly client?: string;
  readonly status?: number;
  readonly answerHeaders?: readonly (readonly [string, string])[];
  readonly answer?: string;
}

/** Options, an exchange that has what they look for, exchanges that have not. */
export type Behaviour = [options: string, hit: Exchange, ...misses: Exchange[]];

/** The header of a rule about what clients send to a web server. */
export const REQUEST = 'alert tcp $EXTERNAL_NET any -> $HTTP_SERVERS $HTTP_PORTS';

/** The header of a rule about what a web server answers. */
export const RESPONSE = 'alert tcp $HTTP_SERVERS $HTTP_PORTS -> $EXTERNAL_NET any';

/** A whole rule, with the sid 1. */
export const snortRule = (options: string, header: string = REQUEST): string =>
  `${header} (msg:"test"; ${options} sid:1; rev:1;)`;

const SETTINGS = `SecRuleEngine DetectionOnly
SecRequestBodyAccess On
SecResponseBodyAccess On
SecResponseBodyMimeType text/html
`;

export function loadSnort(snort: string): Waf {
  const { text } = convertSnort([{ file: 'test.rules', text: snort }]);
  return createWaf({ rules: [{ file: 'test.conf', text: SETTINGS + text }] });
}

/** Sids that an exchange raises. */
export async function firedSids(waf: Waf, exchange: Exchange): Promise<number[]> {
  const { method = 'GET', uri = '/', headers = [], body = '', client = '192.0.2.1' } = exchange;
  const { status = 200, answerHeaders = [], answer = '' } = exchange;
  const tx = waf.openTransaction({
    id: '1',
    clientAddress: client,
    clientPort: 1,
    serverAddress: '::1',
    serverPort: 80,
  });
  const form = [['Content-Type', 'application/x-www-form-urlencoded'] as const];
  const all = [['Host', 'example.test'] as const, ...(body === '' ? [] : form), ...headers];
  await tx.processRequestHeaders({ method, uri, protocol: 'HTTP/1.1', headers: all });
  if (tx.wantsRequestBody) tx.writeRequestBody(Buffer.from(body, 'latin1'));
  await tx.processRequestBody();
  const html = [['Content-Type', 'text/html'] as const, ...answerHeaders];
  await tx.processResponseHeaders({ status, reason: 'Reason', protocol: 'HTTP/1.1', headers: html });
  if (tx.wantsResponseBody) tx.writeResponseBody(Buffer.from(answer, 'latin1'));
  await tx.processResponseBody();
  const record = await tx.processLogging();
  return [...new Set(record.matches.map(({ rule }) => rule.id - 30_000_000))];
}

/** A rule about requests finds the first exchange, and none of the others. */
export async function expectInRequests(...[options, hit, ...misses]: Behaviour): Promise<void> {
  await expectFinds(snortRule(options), hit, misses);
}

/** A rule about answers finds the first exchange, and none of the others. */
export async function expectInResponses(...[options, hit, ...misses]: Behaviour): Promise<void> {
  await expectFinds(snortRule(options, RESPONSE), hit, misses);
}

async function expectFinds(rule: string, hit: Exchange, misses: readonly Exchange[]): Promise<void> {
  const waf = loadSnort(rule);
  expect(await firedSids(waf, hit)).toEqual([1]);
  for (const miss of misses) expect(await firedSids(waf, miss)).toEqual([]);
}

/** Nothing comes of that text, and the report says why. */
export function expectNotConverted(text: string, reason: string): void {
  const { text: rules, lines } = convertSnort([{ file: 'a.rules', text }]);
  expect(rules).toBe('');
  expect(lines).toEqual([
    {
      file: 'a.rules',
      line: 1,
      source: text,
      outcome: 'left out',
      result: [],
      notes: [expect.stringContaining(reason)],
    },
  ]);
}
