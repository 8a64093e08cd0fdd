import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { apacheSite, fromApache, notesOn, type Route } from '../../../test/support/old-configuration.ts';
import type { ProxyImport } from '../proxy/result.ts';

describe('users', () => {
  const HASH = '$apr1$abcdefgh$G8IsPsylW5ROvIKsQMRG61';
  const BASIC = 'AuthType Basic\nAuthName "Members only"\nAuthUserFile users\nAuthGroupFile groups\n';
  const files = { users: `alice:${HASH}\n`, groups: 'staff: alice\n' };
  const convertPlace = (text: string): Promise<ProxyImport> =>
    fromApache(apacheSite(`ProxyPass / http://a/\n<Location /x>\n${text}\n</Location>`), files);

  it.each<[text: string, require: unknown, access?: unknown]>([
    ['Require valid-user', ['valid-user']],
    ['Require user alice "Bob Smith"\nRequire group staff', ['user alice "Bob Smith"', 'group staff']],
    ['Require ip 10 192.0.2.1\nRequire valid-user', ['ip 10.0.0.0/8 192.0.2.1', 'valid-user']],
    [
      '<RequireAll>\nRequire valid-user\nRequire ip 10\nRequire not user eve\n</RequireAll>',
      [{ all: ['valid-user', 'ip 10.0.0.0/8', { none: ['user eve'] }] }],
    ],
    ['<RequireAny>\nRequire user a\nRequire not user b\n</RequireAny>', [{ any: ['user a'] }]],
    [
      'Order deny,allow\nDeny from all\nAllow from 10\nRequire valid-user',
      ['valid-user'],
      ['allow 10.0.0.0/8', 'deny all'],
    ],
    ['Require valid-user\nAuthBasicProvider file', ['valid-user']],
  ])('%s', async (text, require, access) => {
    const { text: yaml } = await convertPlace(BASIC + text);
    const { routes, auth } = parse(yaml) as { routes: Route[]; auth: Route };
    expect(routes.map(({ path, auth: one, access: list }) => [path, one, list])).toEqual([
      ['/', undefined, undefined],
      ['/x', { providers: 'users', require }, access],
    ]);
    expect(auth).toMatchObject({ realm: 'Members only', basic: { users: expect.stringMatching(/\/users$/) } });
  });

  it.each([
    [BASIC.replace('Basic', 'Digest'), 'Require valid-user'],
    ['', 'Require valid-user'],
    [BASIC.replace('AuthUserFile users\n', ''), 'Require valid-user'],
    [BASIC.replace(/AuthGroupFile.*\n/, ''), 'Require group staff'],
    [`${BASIC}AuthBasicProvider ldap\n`, 'Require valid-user'],
    [BASIC, '<RequireAll>\nRequire valid-user\nRequire host example.org\n</RequireAll>'],
  ])('%s%s: closed', async (login, text) => {
    const result = await convertPlace(login + text);
    expect(parse(result.text)).toMatchObject({ routes: [{ path: '/' }, { path: '/x', answer: 403 }] });
    expect(parse(result.text)).not.toHaveProperty('auth.basic');
    expect(notesOn(result, text.startsWith('Require ') ? text : 'Require valid-user')).toMatch(/it lets nobody in/);
  });

  it('of a place around: a narrower one may open it, or ask for others', async () => {
    const { text } = await fromApache(
      apacheSite(`ProxyPass / http://a/
<Location />\n${BASIC}Require valid-user\n</Location>
<Location /open>\nRequire all granted\n</Location>
<Location /staff>\nRequire group staff\n</Location>`),
      files,
    );
    expect(
      (parse(text)['routes'] as Route[]).map(({ path, auth }) => [path, (auth as Route | undefined)?.['require']]),
    ).toEqual([
      ['/', ['valid-user']],
      ['/open', undefined],
      ['/staff', ['group staff']],
    ]);
  });

  it('everybody and a user is everybody', async () => {
    const result = await convertPlace(`${BASIC}Require all granted\nRequire user alice`);
    expect(parse(result.text)['routes']).toHaveLength(1);
    expect(notesOn(result, 'Require user alice')).toContain('everybody may in any case');
  });
});
