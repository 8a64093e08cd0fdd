/** Upload tokens: what they are bound to. */
import { describe, expect, it } from 'vitest';
import { mintUploadToken, type UploadGrant } from '../../src/stages/auth/upload-token/upload-token.ts';
import { ask, talk } from '../support/client.ts';
import { secondsFromNow } from './issuer.ts';
import { type Site, startSite } from './site.ts';

const SECRET = 'a secret of at least thirty-two bytes';
const FORMER = 'the secret before this one, thirty-two bytes';

function tokenFor(grant: Partial<UploadGrant> = {}, secret = SECRET): string {
  const issuedAt = secondsFromNow(0);
  return mintUploadToken(
    {
      user: 'alice',
      groups: [],
      methods: ['PUT'],
      path: '/up/a',
      maxBytes: 10,
      issuedAt,
      expires: issuedAt + 60,
      ...grant,
    },
    Buffer.from(secret),
  );
}

function startUploadSite(provider = ''): Promise<Site> {
  return startSite({
    files: { secret: SECRET, former: FORMER },
    yaml: `
auth: { upload_token: { uploads: { secret_files: [secret, former], max_ttl: 2 m ${provider} } } }
routes: [{ upstream: app, waf: off, auth: { providers: uploads } }]`,
  });
}

describe('an upload token', () => {
  it('is good for its methods, its path and what is below, its time, and secrets that are listed', async () => {
    const site = await startUploadSite();
    const table: readonly (readonly [what: string, method: string, path: string, token: string, status: number])[] = [
      ['good', 'PUT', '/up/a', tokenFor(), 200],
      ['below', 'PUT', '/up/a/b?c', tokenFor(), 200],
      ['of the secret before', 'PUT', '/up/a', tokenFor({}, FORMER), 200],
      ['of no secret', 'PUT', '/up/a', tokenFor({}, 'some secret that is not in any file'), 401],
      ['another path', 'PUT', '/up/b', tokenFor(), 401],
      ['a path that begins alike', 'PUT', '/up/ab', tokenFor(), 401],
      ['above', 'PUT', '/up', tokenFor(), 401],
      ['another method', 'POST', '/up/a', tokenFor(), 401],
      ['over', 'PUT', '/up/a', tokenFor({ expires: secondsFromNow(-1) }), 401],
      [
        'made to last longer than any may',
        'PUT',
        '/up/a',
        tokenFor({ issuedAt: secondsFromNow(-121), expires: secondsFromNow(60) }),
        401,
      ],
    ];
    const found: unknown[] = [];
    for (const [what, method, path, token] of table) {
      const headers = { authorization: `Bearer ${token}` };
      found.push([what, (await ask(site.port, path, { method, headers }, '0123456789')).status]);
    }
    expect(found).toEqual(table.map(([what, , , , status]) => [what, status]));
    expect(site.upstream.seen.map(({ body }) => body)).toEqual(['0123456789', '0123456789', '0123456789']);
  });

  it('is good for so many bytes: announced or not', async () => {
    const site = await startUploadSite();
    const headers = { authorization: `Bearer ${tokenFor()}` };
    const announced = await ask(site.port, '/up/a', { method: 'PUT', headers }, '0123456789x');
    expect(announced.status).toBe(413);
    const head = `PUT /up/a HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer ${tokenFor()}\r\n\r\n`;
    expect(await talk(site.port, `${head}6\r\n012345\r\n6\r\n6789xx\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
    expect(await talk(site.port, `${head}6\r\n012345\r\n4\r\n6789\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
    // The application has seen the beginning of the one that was broken off, and never its end.
    expect(site.upstream.seen.map(({ body }) => body)).toEqual(['', '0123456789']);
  });

  it('may have a header of its own, which the application does not see', async () => {
    const site = await startUploadSite(', header: upload-token');
    const put = (headers: Record<string, string>): Promise<number> =>
      ask(site.port, '/up/a', { method: 'PUT', headers }).then(({ status }) => status);
    expect(await put({ authorization: `Bearer ${tokenFor()}` })).toBe(401);
    expect(await put({ 'Upload-Token': tokenFor(), authorization: 'Bearer x' })).toBe(200);
    expect(site.upstream.seen[0]?.headers).toMatchObject({ authorization: 'Bearer x' });
    expect(site.upstream.seen[0]?.headers).not.toHaveProperty('upload-token');
  });

  it('is in no log', async () => {
    const site = await startUploadSite();
    for (const secret of [SECRET, 'some secret that is not in any file']) {
      await ask(site.port, '/up/b', { method: 'PUT', headers: { authorization: `Bearer ${tokenFor({}, secret)}` } });
    }
    expect((await site.errorLog()) + (await site.accessLog())).not.toMatch(/sput1|eyJ/);
  });
});
