import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { asciiBestFitMap } from '../../packages/engine/src/bytes/unicode-map-20127.ts';
import { transformations } from '../../packages/engine/src/transformations/index.ts';

const apache = '/usr/sbin/apache2';
const modules = '/usr/lib/apache2/modules';
const unicodeMapping = '/etc/modsecurity/unicode.mapping';
const available = [apache, join(modules, 'mod_security2.so'), unicodeMapping].every((path) => existsSync(path));

/** Words that ModSecurity 2.9 does not have. */
const ours = new Set(['decodeBase64Ext', 'phpArgsNames', 'uppercase']);
const names = transformations.map(({ name }) => name).filter((name) => !ours.has(name));

/** Values for one transformation in one run. Short ones, because ModSecurity cuts logged data at 512 bytes. */
const VALUES = 400;

const pieces: Readonly<Record<string, readonly string[]>> = {
  url: ['%', '%u', '%U', '%41', '%zz', '+', '%u2019', '%uff1c', '%uFF61', '%u00e9', '%uabcd', 'f', 'F'],
  html: [
    '&',
    '&#',
    '&#x',
    '&lt',
    'GT',
    ';',
    'amp',
    '&#0',
    'ffffffffffffffff',
    '&#9223372036854775807',
    '&#x8000000000000000',
  ],
  escapes: [
    '\\',
    '\\x',
    '\\X',
    '\\u',
    '\\4',
    '\\377',
    '\\777',
    '\\ff1c',
    '\\00ff1c',
    '\\uFF1c',
    '\n',
    'c',
    'n',
    '1',
    'f',
  ],
  utf8: [
    '\xc0',
    '\xc3\xa9',
    '\xe2\x80\x99',
    '\xe2',
    '\xed\xa0\x80',
    '\xf0\x9f\x98\x80',
    '\xf0\x8d\xa0\x80',
    '\xf5',
    '\xbf',
    '\x80',
  ],
  shell: ['"', "'", '\\', '^', ' ', ',', ';', '\t', '\r\n', '/', '(', 'A'],
  paths: ['/', '//', '.', '..', '../', './', '/..', '/.', 'foo', '\\', '..\\'],
  base64: ['A', 'B', '=', '==', '+', '/', '-', '\n'],
  comments: ['/*', '*/', '*', '/', '<!--', '-->', '--', '-', '#', '>'],
  numbers: ['0x', '0X', '0', '4', '41', '0x41', 'G', '@'],
  plain: ['a', 'Z', '9', ' ', '\0', '\xa0', '\xff', '\v', '\f'],
};
const values = fc
  .constantFrom(...Object.values(pieces))
  .chain((own) =>
    fc.array(
      fc.oneof(
        { arbitrary: fc.constantFrom(...own), weight: 6 },
        { arbitrary: fc.constantFrom(...pieces['plain']!), weight: 3 },
        { arbitrary: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)), weight: 1 },
      ),
      { maxLength: 9 },
    ),
  )
  .map((parts) => parts.join('').slice(0, 60));

/** What our output must be where we differ from 2.9.7 on purpose; undefined where the two cannot be compared. */
function comparable(name: string, value: string): string | undefined {
  const apply = (text: string): string =>
    transformations.find((known) => known.name === name)!.apply(text, { unicodeMap: asciiBestFitMap });
  const beforeNull = (text: string): string => text.split('\0', 1)[0]!;
  switch (name) {
    // 2.9.7 stops at a NUL.
    case 'base64DecodeExt':
    case 'cmdLine':
      return apply(beforeNull(value));
    case 'sqlHexDecode':
      return beforeNull(apply(beforeNull(value)));
    // 2.9.7 takes names that end in dots for back references and forgets its state behind names of one byte; the Windows
    // form skips the third of three backslashes.
    case 'normalizePath':
    case 'normalizePathWin': {
      const path = name === 'normalizePathWin' ? value.replaceAll('\\', '/') : value;
      const segments = path.split('/');
      const isNamedWithDots = segments.some((segment) => segment.endsWith('.') && segment !== '.' && segment !== '..');
      const isOneByteName = segments.some((segment) => segment.length === 1 && segment !== '.');
      const isTripled =
        name === 'normalizePathWin' && value.includes('\\') && (path.includes('//') || path.includes('/./'));
      return isNamedWithDots || isOneByteName || isTripled ? undefined : apply(value);
    }
    default:
      return apply(value);
  }
}

describe.skipIf(!available)('ModSecurity 2.9 under Apache (skipped without libapache2-mod-security2)', () => {
  let folder: string;
  let log: string;
  let port: number;
  let server: ChildProcess | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'transformations-'));
    // Apache answers as another user; a document root it cannot enter would end requests before rules see the body.
    chmodSync(folder, 0o755);
    log = join(folder, 'error.log');
    port = await freePort();
    writeFileSync(join(folder, 'httpd.conf'), configuration(folder, port));
    server = spawn(apache, ['-X', '-f', join(folder, 'httpd.conf')], { stdio: 'ignore' });
    await vi.waitFor(() => post(port, ''), { timeout: 10_000 });
  });

  afterAll(() => {
    server?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  test('transforms random values as we do', async () => {
    const sent = new Map(
      names.flatMap((name) => fc.sample(values, VALUES).map((value, at) => [`${name}_${at}`, value])),
    );
    const before = statSync(log).size;
    await post(port, [...sent].map(([key, value]) => `${key}=${percentEncode(value)}`).join('&'));
    const seen = readFileSync(log, 'latin1')
      .slice(before)
      .matchAll(/\[data "ARGS:((\w+)_\d+)=([0-9a-f]*)"\]/g);
    let compared = 0;
    const differences: string[] = [];
    for (const [, key = '', name = '', hex = ''] of seen) {
      const value = sent.get(key)!;
      const expected = Buffer.from(hex, 'hex').toString('latin1');
      const actual = comparable(name, value);
      if (actual === undefined) continue;
      compared++;
      if (actual !== expected) differences.push(`${name} ${JSON.stringify({ value, expected, actual })}`);
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(0.9 * sent.size);
  });
});

function configuration(folder: string, port: number): string {
  const load = ['mpm_event', 'authz_core', 'unique_id', 'security2'].map(
    (name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`,
  );
  const rules = names.map(
    (name, at) =>
      `SecRule "ARGS:/^${name}_/" "@unconditionalMatch" "id:${at + 1},phase:2,pass,log,noauditlog,t:none,t:${name},t:hexEncode,logdata:'%{MATCHED_VAR_NAME}=%{MATCHED_VAR}'"`,
  );
  return [
    ...load,
    ...(userInfo().uid === 0 ? ['User nobody', 'Group nogroup'] : []),
    `ServerRoot ${folder}`,
    `PidFile ${folder}/pid`,
    `ErrorLog ${folder}/error.log`,
    `DocumentRoot ${folder}`,
    `Listen 127.0.0.1:${port}`,
    'ServerName localhost',
    'SecRuleEngine On',
    'SecRequestBodyAccess On',
    'SecArgumentsLimit 1000000',
    'SecRequestBodyNoFilesLimit 134217728',
    'SecRequestBodyInMemoryLimit 134217728',
    'SecTmpDir /tmp',
    'SecDataDir /tmp',
    `SecUnicodeMapFile ${unicodeMapping} 20127`,
    ...rules,
    '',
  ].join('\n');
}

function post(port: number, body: string): Promise<Response> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body });
}

function percentEncode(value: string): string {
  return [...value].map((char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0));
    });
  });
}
