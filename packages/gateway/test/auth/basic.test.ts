/** User names and passwords. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask } from '../support/client.ts';
import { passwords } from './passwords.ts';
import { basicHeader, type Site, startSite } from './site.ts';

const ROUTES = 'routes: [{ upstream: app, waf: off, auth: { providers: staff } }]';

function startPasswordSite(file: string, more = ''): Promise<Site> {
  return startSite({ files: { htpasswd: file }, yaml: `auth: { basic: { staff: htpasswd } }\n${ROUTES}\n${more}` });
}

async function login(site: Site, user: string, password: string, localAddress = '127.0.0.1'): Promise<number> {
  const headers = { authorization: basicHeader(user, password) };
  return (await ask(site.port, '/', { headers, localAddress })).status;
}

/** Whether `htpasswd` of Apache is there to write files with. */
function hasHtpasswd(): boolean {
  if (spawnSync('htpasswd', ['-nbB', 'a', 'b']).status === 0) return true;
  if (process.env['CI'] === 'true')
    throw new Error('htpasswd is not installed (node scripts/peers.mjs install htpasswd)');
  console.warn('skipped: htpasswd is not installed (node scripts/peers.mjs install htpasswd)');
  return false;
}

describe('a password file', () => {
  it.skipIf(!hasHtpasswd())('of htpasswd lets in whom htpasswd knows', async () => {
    const made = (option: string, user: string, password: string): string => {
      const { status, stdout } = spawnSync('htpasswd', ['-nb', option, user, password], { encoding: 'latin1' });
      expect(status).toBe(0);
      return stdout.trim();
    };
    const users = ['-B', '-2', '-5', '-m'].map((option, at) => [option, `user${at}`, `pässwörd ${at}: x`] as const);
    const site = await startPasswordSite(
      users.map(([option, user, password]) => `${made(option, user, password)}\n`).join(''),
    );
    for (const [, user, password] of users) {
      expect([user, await login(site, user, password)]).toEqual([user, 200]);
      expect([user, await login(site, user, `${password}.`)]).toEqual([user, 401]);
      expect([user, await login(site, user, '')]).toEqual([user, 401]);
    }
    expect(await login(site, 'nobody', users[0]?.[2] ?? '')).toBe(401);
  });

  it('is read anew when it changes: who is taken out is out, although the password was known', async () => {
    const site = await startPasswordSite(passwords({ alice: 'right', bob: 'right' }));
    expect([await login(site, 'alice', 'right'), await login(site, 'bob', 'right')]).toEqual([200, 200]);
    site.write('htpasswd', passwords({ bob: 'other' }));
    await expect.poll(() => login(site, 'alice', 'right'), { interval: 200 }).toBe(401);
    expect([await login(site, 'bob', 'right'), await login(site, 'bob', 'other')]).toEqual([401, 200]);
  });

  it('that cannot be used any more lets nobody in, and the log says why', async () => {
    const site = await startPasswordSite(passwords({ alice: 'right' }));
    expect(await login(site, 'alice', 'right')).toBe(200);
    site.write('htpasswd', 'alice:plain\n');
    await expect.poll(() => login(site, 'alice', 'right'), { interval: 200 }).toBe(503);
    rmSync(join(site.folder, 'htpasswd'));
    await expect.poll(() => site.errorLog()).toMatch(/htpasswd cannot be used: .*"alice" is not a hash/);
    await expect
      .poll(async () => `${await login(site, 'alice', 'right')} ${await site.errorLog()}`)
      .toContain('ENOENT');
    site.write('htpasswd', passwords({ alice: 'right' }));
    await expect.poll(() => login(site, 'alice', 'right'), { interval: 200 }).toBe(200);
    expect(await site.errorLog()).toContain('htpasswd can be used again');
  });

  it.each([
    ['alice:secret\n', /htpasswd:1:1 the password of "alice" is not a hash/],
    ['alice:{PLAIN}secret\n', /"plain_text" is not set/],
    ['alice:rqXexS6ZhobKA\n', /crypt\(\)/],
  ])('with mistakes does not start: %s', async (file, message) => {
    await expect(startPasswordSite(file)).rejects.toThrow(message);
  });

  it('that is not there does not start', async () => {
    await expect(startSite({ yaml: `auth: { basic: { staff: nowhere } }\n${ROUTES}` })).rejects.toThrow(
      /ENOENT.*nowhere/,
    );
  });
});

describe('a slow comparison', () => {
  it('does not keep others waiting', async () => {
    const hash = '$2y$12$L4aeGcdNjkMXKWBFTf5HHe0ijKLMjAbc0G1HVOTK0QNWFzD1hMpbK';
    const site = await startSite({
      files: { htpasswd: `alice:${hash}\n` },
      yaml: 'auth: { basic: { staff: htpasswd } }\nroutes: [{ path: /in, upstream: app, waf: off, auth: { providers: staff } }, { upstream: app, waf: off }]',
    });
    let isOver = false;
    const slow = ask(site.port, '/in', { headers: { authorization: basicHeader('alice', 'wrong') } }).then((answer) => {
      isOver = true;
      return answer.status;
    });
    for (let at = 0; at < 5; at++) expect((await ask(site.port, '/')).status).toBe(200);
    expect(isOver).toBe(false);
    expect(await slow).toBe(401);
  });
});

describe('guessing', () => {
  it('gets a client banned, whatever the names', async () => {
    const site = await startPasswordSite(
      passwords({ alice: 'right' }),
      'floods: { allow: [], logins: { per_client: 3, per_user: 0 } }',
    );
    const statuses: number[] = [];
    for (let at = 0; at < 6; at++) statuses.push(await login(site, `user ${at}`, 'guess', '127.0.0.2'));
    expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
    expect(await login(site, 'alice', 'right', '127.0.0.2')).toBe(429);
    expect(await login(site, 'alice', 'right', '127.0.0.3')).toBe(200);
    expect(await site.errorLog()).toContain('127.0.0.2 banned for 600 s: 4 failed logins in 600 s');
  });

  it('holds further logins of a user back, twice as long each time, and not who is in already', async () => {
    const site = await startPasswordSite(
      passwords({ alice: 'right', bob: 'right' }),
      'floods: { allow: [], logins: { per_client: 0, per_user: 3 } }',
    );
    expect(await login(site, 'bob', 'right', '127.0.0.9')).toBe(200);
    const guess = async (user: string, at: number): Promise<string> => {
      const headers = { authorization: basicHeader(user, `guess ${at}`) };
      const answer = await ask(site.port, '/', { headers, localAddress: `127.0.1.${at}` });
      return `${answer.status} ${answer.headers['retry-after'] ?? '-'}`;
    };
    for (const user of ['alice', 'bob']) {
      for (let at = 1; at <= 4; at++) expect(await guess(user, at)).toBe('401 -');
      expect(await guess(user, 5)).toBe('429 1');
    }
    // The right password waits too: it would tell otherwise.
    expect(await login(site, 'alice', 'right', '127.0.0.8')).toBe(429);
    expect(await login(site, 'bob', 'right', '127.0.0.9')).toBe(200);
    await expect.poll(() => guess('alice', 6), { interval: 100 }).toBe('401 -');
    expect(await guess('alice', 7)).toBe('429 2');
    expect(await site.errorLog()).toContain('SP1093');
  });

  it('all at once tells no more than one after the other', async () => {
    const site = await startPasswordSite(
      passwords({ alice: 'right' }),
      'floods: { allow: [], logins: { per_client: 0, per_user: 3 } }',
    );
    const guesses = Array.from({ length: 60 }, (_, at) => (at === 59 ? 'right' : `guess ${at}`));
    const statuses = await Promise.all(guesses.map((guess, at) => login(site, 'alice', guess, `127.0.1.${at + 1}`)));
    expect(statuses.filter((status) => status === 200)).toEqual([]);
    expect(statuses).toContain(429);
  });

  it('does not concern those on the list of allowed clients', async () => {
    const site = await startPasswordSite(
      passwords({ alice: 'right' }),
      'floods: { logins: { per_client: 1, per_user: 1 } }',
    );
    for (let at = 0; at < 4; at++) expect(await login(site, 'alice', 'guess')).toBe(401);
    expect(await login(site, 'alice', 'right')).toBe(200);
    // Nor what others have done to the name.
    for (let at = 0; at < 3; at++) await login(site, 'alice', 'guess', `127.0.1.${at + 1}`);
    expect(await login(site, 'alice', 'right', '127.0.1.9')).toBe(200);
    site.write('htpasswd', passwords({ alice: 'other' }));
    await expect.poll(() => login(site, 'alice', 'other'), { interval: 200 }).toBe(200);
  });
});

it('asks for a password in the words of RFC 7617, and says nothing of the user in its log before it knows', async () => {
  const site = await startPasswordSite(passwords({ alice: 'right' }));
  const answer = await ask(site.port, '/');
  expect(answer.status).toBe(401);
  expect(answer.headers['www-authenticate']).toBe('Basic realm="restricted", charset="UTF-8"');
  await login(site, 'alice', 'very secret guess');
  const logs = (await site.errorLog()) + (await site.accessLog());
  expect(logs).not.toMatch(/secret|YWxpY2U/);
  expect(logs).toContain('SP1091 the credentials are not good: the password for "alice" is wrong');
});
