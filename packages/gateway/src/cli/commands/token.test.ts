import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readUploadToken } from '../../stages/auth/upload-token/upload-token.ts';
import { main } from '../main.ts';

const SECRET = 'a secret of at least thirty-two bytes';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'token-'));
  writeFileSync(join(folder, 'secret'), `${SECRET}\n`);
  writeFileSync(join(folder, 'short'), 'short\n');
  const auth = 'providers: one';
  writeFileSync(
    join(folder, 'gate.yaml'),
    `upstreams: { app: "http://127.0.0.1:1" }
auth: { upload_token: { one: { secret_files: secret, max_ttl: 2 h }, two: { secret_files: short } } }
routes: [{ upstream: app, auth: { ${auth} } }]
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

async function token(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const code = await main(['token', ...words, '--config', join(folder, 'gate.yaml')], {
    out: (line) => {
      said.out += line;
    },
    err: (line) => {
      said.err += `${line}\n`;
    },
    hasColour: false,
  });
  return { code, ...said };
}

const NEEDED = ['--user', 'jörg', '--path', '/up', '--max-bytes', '900MB'];

describe('sallyport token', () => {
  it('prints a token with what was asked for', async () => {
    const { code, out, err } = await token(
      ...NEEDED,
      '--provider',
      'one',
      '--method',
      'put',
      '--group',
      'staff',
      '--ttl',
      '15m',
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const grant = readUploadToken(out, [Buffer.from(SECRET)]);
    expect(grant).toMatchObject({
      user: 'j\xc3\xb6rg',
      groups: ['staff'],
      methods: ['PUT'],
      path: '/up',
      maxBytes: 900_000_000,
    });
    expect((grant?.expires ?? 0) - (grant?.issuedAt ?? 0)).toBe(900);
  });

  it.each([
    [[], 2, '--user, --path and --max-bytes are needed'],
    [['--user', 'a', '--path', 'up', '--max-bytes', '1'], 2, '--path: "up" must start with "/"'],
    [['--user', 'a\n', '--path', '/up', '--max-bytes', '1'], 2, 'cannot be a name'],
    [['--user', 'a', '--path', '/up', '--max-bytes', 'much'], 2, '--max-bytes much: write for example 900MB'],
    [[...NEEDED, '--ttl', '0s'], 2, '--ttl 0s'],
    [NEEDED, 1, '--provider: one of one, two'],
    [[...NEEDED, '--provider', 'three'], 1, 'there is no provider "three"; there is one, two'],
    [[...NEEDED, '--provider', 'one', '--ttl', '3h'], 1, '--ttl 3h is longer than "max_ttl" (7200 s)'],
    [[...NEEDED, '--provider', 'two'], 1, 'a secret needs 32 bytes at least'],
  ] as const)('%j', async (words, code, complaint) => {
    const said = await token(...words);
    expect(said.code).toBe(code);
    expect(said.err).toContain(complaint);
    expect(said.out).toBe('');
  });
});
