import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { apacheAccess, apacheSite, fromApache } from '../../../test/support/old-configuration.ts';

describe('Require, Order, Allow and Deny', () => {
  it.each<[text: string, access: unknown]>([
    [
      'Require ip 10.1 192.0.2.0/255.255.255.0 2001:db8::/32',
      ['allow 10.1.0.0/16', 'allow 192.0.2.0/24', 'allow 2001:db8::/32', 'deny all'],
    ],
    ['Require local\nRequire ip 10.0.0.7', ['allow 127.0.0.0/8', 'allow ::1', 'allow 10.0.0.7', 'deny all']],
    ['Require valid-user\nRequire ip 10', ['allow 10.0.0.0/8', 'deny all']],
    ['<RequireAll>\nRequire all granted\nRequire not ip 10.0.0.7\n</RequireAll>', ['deny 10.0.0.7', 'allow all']],
    [
      '<RequireAll>\nRequire ip 10\n<RequireNone>\nRequire ip 10.0.0.7\nRequire ip 10.0.0.8\n</RequireNone>\n</RequireAll>',
      ['deny 10.0.0.7', 'deny 10.0.0.8', 'allow 10.0.0.0/8', 'deny all'],
    ],
    ['Order deny,allow\nDeny from all\nAllow from 10.1.2', ['allow 10.1.2.0/24', 'deny all']],
    ['Order allow,deny\nAllow from all\nDeny from 10.0.0.7 host.test', undefined],
    [
      'Order allow,deny\nAllow from 10 host.test\nDeny from 10.0.0.7',
      ['deny 10.0.0.7', 'allow 10.0.0.0/8', 'deny all'],
    ],
    ['Order allow,deny\nAllow from 10\nRequire ip 10.1', ['allow 10.1.0.0/16', 'deny all']],
  ])('%s', async (text, access) => {
    expect(await apacheAccess(`<Location /x>\n${text}\n</Location>`)).toEqual([
      ['/', undefined],
      ['/x', access],
    ]);
  });
});

describe('what is not for anybody the gate could tell is closed', () => {
  it.each([
    'Require all denied',
    'Require host example.org',
    'Require valid-user',
    'Deny from all',
    'Deny from example.org',
    '<RequireAll>\nRequire all granted\nRequire not host example.org\n</RequireAll>',
    '<RequireAll>\nRequire valid-user\nRequire ip 10\n</RequireAll>',
  ])('%s', async (text) => {
    const result = await fromApache(apacheSite(`ProxyPass / http://a/\n<Location /admin>\n${text}\n</Location>`));
    expect(parse(result.text)['routes']).toMatchObject([{ path: '/' }, { path: '/admin', answer: 403 }]);
  });

  it('Require all granted is not', async () => {
    const result = await fromApache(
      apacheSite('ProxyPass / http://a/\n<Location />\nRequire all granted\n</Location>'),
    );
    expect(parse(result.text)['routes']).toHaveLength(1);
  });
});
