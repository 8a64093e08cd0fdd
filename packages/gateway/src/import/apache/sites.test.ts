import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { apacheSite, folderWith, fromApache, notesOn } from '../../../test/support/old-configuration.ts';

describe('hosts', () => {
  const two = `Listen 80
<VirtualHost *:80>
ServerName one.test
ProxyPass / http://a/
</VirtualHost>
<VirtualHost *:80>
ServerName two.test
ServerAlias *.two.test bad_*.test
ProxyPass /x http://b/
</VirtualHost>`;

  it('the first site answers for every other name; others answer for theirs, everywhere', async () => {
    const result = await fromApache(two);
    expect(parse(result.text)['routes']).toMatchObject([
      { path: '/', upstream: 'a' },
      { hosts: ['two.test', '*.two.test'], path: '/x', upstream: 'b' },
      { hosts: ['two.test', '*.two.test'], path: '/', answer: 404 },
    ]);
    expect(parse(result.text)['routes'][0].hosts).toBeUndefined();
    expect(notesOn(result, 'ServerAlias')).toContain('is not a host name');
  });

  it('plain and secure sites of one name stand beside each other', async () => {
    const folder = folderWith({ 'cert.pem': 'c', 'key.pem': 'k' });
    const result = await fromApache(`Listen 80\nListen [::1]:443\n${apacheSite('Redirect / https://site.test/')}
<VirtualHost *:443>
ServerName site.test
SSLEngine on
SSLCertificateFile ${folder}/cert.pem
SSLCertificateKeyFile ${folder}/key.pem
SSLProtocol -all +TLSv1.3
ProxyPass / http://a/
</VirtualHost>`);
    expect(parse(result.text)).toMatchObject({
      listeners: [
        { address: '::', port: 80 },
        {
          address: '::1',
          port: 443,
          tls: { certificate: `${folder}/cert.pem`, key: `${folder}/key.pem`, min_version: 'TLSv1.3' },
        },
      ],
      routes: [
        { scheme: 'http', redirect: { to: 'https://site.test{rest}' } },
        { scheme: 'https', upstream: 'a' },
      ],
    });
  });

  it.each([
    ['all -SSLv3 -TLSv1 -TLSv1.1', undefined],
    ['all -TLSv1 -TLSv1.1 -TLSv1.2', 'TLSv1.3'],
    ['-all +TLSv1.2 +TLSv1.3', undefined],
    ['TLSv1.2', undefined],
    ['+TLSv1.2 TLSv1.3', 'TLSv1.3'],
    ['-all +TLSv1.3 +all', undefined],
  ])('SSLProtocol %s: from %s', async (protocols, minimum) => {
    const folder = folderWith({ 'c.pem': 'c' });
    const result = await fromApache(
      `Listen 443\n<VirtualHost *:443>\nSSLEngine on\nSSLCertificateFile ${folder}/c.pem\nSSLProtocol ${protocols}\nProxyPass / http://a/\n</VirtualHost>`,
    );
    expect(parse(result.text)['listeners'][0].tls.min_version).toBe(minimum);
  });

  it('client certificates are asked for, or the port stays closed', async () => {
    const folder = folderWith({ 'c.pem': 'c', 'ca.pem': 'a' });
    const secure = (more: string): string =>
      `Listen 443\n<VirtualHost *:443>\nSSLEngine on\nSSLCertificateFile ${folder}/c.pem\n${more}\nProxyPass / http://a/\n</VirtualHost>`;
    const asked = await fromApache(secure(`SSLVerifyClient require\nSSLCACertificateFile ${folder}/ca.pem`));
    expect(parse(asked.text)['listeners'][0].tls).toMatchObject({
      client_certificate: 'require',
      client_ca: `${folder}/ca.pem`,
    });
    const closed = await fromApache(secure('SSLVerifyClient require\nSSLCACertificateFile /no/ca.pem'));
    expect(parse(closed.text)['listeners']).toEqual([{ address: '127.0.0.1', port: 8080 }]);
  });

  it('a port whose certificate is not here is not opened in plain', async () => {
    const result = await fromApache(
      'Listen 443\n<VirtualHost *:443>\nSSLEngine on\nSSLCertificateFile /no/cert.pem\nProxyPass / http://a/\n</VirtualHost>',
    );
    expect(parse(result.text)['listeners']).toEqual([{ address: '127.0.0.1', port: 8080 }]);
    expect(notesOn(result, 'Listen 443')).toContain('no certificate for port 443');
  });
});
