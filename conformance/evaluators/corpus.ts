import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import type { HeaderList } from '../../packages/engine/src/contract.ts';
import { type Exchange, exchange } from './exchange.ts';

interface Input {
  readonly method?: unknown;
  readonly uri?: unknown;
  readonly version?: unknown;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly data?: unknown;
  readonly encoded_data?: string;
  readonly encoded_request?: string;
}

interface TestFile {
  readonly tests?: readonly { readonly stages: readonly { readonly input: Input }[] }[];
}

/** The requests of the Core Rule Set's own tests; undefined where they are not installed. */
export function coreRuleSetExchanges(folder: string): readonly Exchange[] | undefined {
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .flatMap((file) => {
      const content = parseYaml(readFileSync(join(folder, file), 'utf8')) as TestFile | null;
      return (content?.tests ?? []).flatMap(({ stages }) => stages.map(({ input }) => exchangeOf(input)));
    });
}

function exchangeOf(input: Input): Exchange {
  if (input.encoded_request !== undefined) return rawExchange(decode(input.encoded_request));
  const headers: HeaderList = Object.entries(input.headers ?? {}).map(([name, value]) => [bytes(name), bytes(value)]);
  const body = input.encoded_data === undefined ? bytes(input.data ?? '') : decode(input.encoded_data);
  const isTyped = headers.some(([name]) => name.toLowerCase() === 'content-type');
  const added: HeaderList =
    body === ''
      ? []
      : [
          ['Content-Length', String(body.length)],
          ...(isTyped ? [] : [['Content-Type', 'application/x-www-form-urlencoded'] as const]),
        ];
  const head = {
    method: bytes(input.method ?? 'GET'),
    uri: bytes(input.uri ?? '/'),
    protocol: bytes(input.version ?? 'HTTP/1.1'),
    headers: [...headers, ...added],
  };
  return exchange(head, body, head.uri.startsWith('/reflect') ? body : '');
}

function rawExchange(raw: string): Exchange {
  const end = raw.indexOf('\r\n\r\n');
  const [line = '', ...fields] = (end === -1 ? raw : raw.slice(0, end)).split('\r\n');
  const [method = '', uri = '', protocol = ''] = line.split(' ');
  const headers: HeaderList = fields.map((field) => {
    const colon = field.indexOf(':');
    return [field.slice(0, Math.max(0, colon)), field.slice(colon + 1).trim()];
  });
  return exchange({ method, uri, protocol, line, headers }, end === -1 ? '' : raw.slice(end + 4));
}

/** Texts of the exchanges, for putting into others. */
export function materialOf(exchanges: readonly Exchange[]): readonly string[] {
  const texts = new Set<string>();
  for (const { head, body } of exchanges) {
    for (const text of [head.uri, body, ...head.headers.map(([, value]) => value)]) {
      for (const piece of text.split(/[?&;\r\n]/)) {
        const value = piece.slice(piece.indexOf('=') + 1);
        if (value.length > 0 && value.length < 400) texts.add(percentDecoded(value));
      }
    }
  }
  return [...texts];
}

function percentDecoded(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

function bytes(value: unknown): string {
  return Buffer.from(String(value), 'utf8').toString('latin1');
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1');
}
