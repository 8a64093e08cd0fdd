/** Failed logins of gates that count together: processes of one machine by a folder, machines by Redis. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask } from '../support/client.ts';
import { testFolder } from '../support/gate.ts';
import { describeRedis, freePort, startRedis } from '../support/redis.ts';
import { passwords } from './passwords.ts';
import { basicHeader, type Site, startSite } from './site.ts';

async function startTwo(floods: string): Promise<readonly [Site, Site]> {
  const start = (): Promise<Site> =>
    startSite({
      files: { htpasswd: passwords({ alice: 'right' }) },
      yaml: `auth: { basic: { staff: htpasswd } }
routes: [{ upstream: app, waf: off, auth: { providers: staff } }]
floods: { allow: [], ${floods} }`,
    });
  return [await start(), await start()];
}

async function guess(site: Site, user: string, localAddress: string): Promise<string> {
  const headers = { authorization: basicHeader(user, 'guess') };
  const answer = await ask(site.port, '/', { headers, localAddress });
  return `${answer.status} ${answer.headers['retry-after'] ?? '-'}`;
}

/** Guesses in turn at both gates. */
async function guessInTurn(
  sites: readonly [Site, Site],
  count: number,
  who: (at: number) => readonly [string, string],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (let at = 0; at < count; at++) {
    const [user, address] = who(at);
    found.push(await guess(sites[at % 2] as Site, user, address));
  }
  return found;
}

async function expectSharedBan(sites: readonly [Site, Site]): Promise<void> {
  const found = await guessInTurn(sites, 6, (at) => [`user ${at}`, '127.0.0.2']);
  expect(found).toEqual(['401 -', '401 -', '401 -', '401 -', '429 600', '429 600']);
  for (const { gateway } of sites) {
    expect(await gateway.floods.list()).toMatchObject([
      { address: '127.0.0.2', by: 'logins', reason: '4 failed logins in 600 s' },
    ]);
  }
}

const BY_CLIENT = 'logins: { per_client: 3, per_user: 0 }';
const BY_USER = 'logins: { per_client: 0, per_user: 3 }';

describe('processes that share a folder', () => {
  it('ban a client that guesses at several of them', async () => {
    await expectSharedBan(await startTwo(`${BY_CLIENT}, shared_dir: ${testFolder()}`));
  });

  it('hold a user back for all', async () => {
    const sites = await startTwo(`${BY_USER}, shared_dir: ${testFolder()}`);
    const found = await guessInTurn(sites, 6, (at) => ['alice', `127.0.1.${at + 1}`]);
    expect(found).toEqual(['401 -', '401 -', '401 -', '401 -', '429 1', '429 1']);
  });
});

describeRedis('failed logins at machines that share a Redis', () => {
  async function startRedisUrl(): Promise<string> {
    const redis = await startRedis(testFolder(), await freePort());
    onTestFinished(() => redis.kill());
    return redis.url;
  }

  it('get a client banned at all of them', async () => {
    const url = await startRedisUrl();
    await expectSharedBan(await startTwo(`${BY_CLIENT}, store: { url: "${url}", timeout: 1 s }`));
  });

  it('are added up for a user, whose logins are held back for twice as long each time', async () => {
    const url = await startRedisUrl();
    const sites = await startTwo(`${BY_USER}, store: { url: "${url}", timeout: 1 s }`);
    // A machine learns of a hold when somebody fails there; the counts are common.
    expect(await guessInTurn(sites, 4, (at) => ['alice', `127.0.1.${at + 1}`])).toEqual([
      '401 -',
      '401 -',
      '401 -',
      '401 -',
    ]);
    await expect.poll(() => guess(sites[1], 'alice', '127.0.1.9')).toBe('429 1');
    await expect.poll(() => guess(sites[1], 'alice', '127.0.1.9')).toBe('401 -');
    await expect.poll(() => guess(sites[1], 'alice', '127.0.1.9')).toBe('429 2');
  });
});
