/** The same credentials to Apache or nginx and to a gate with their configuration imported: both must let in the same people. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask } from '../support/client.ts';
import { testFolder } from '../support/gate.ts';
import { startImported } from '../support/imported.ts';
import { hasPeer, startConfigured } from '../support/peers.ts';
import { startUpstream } from '../support/upstream.ts';
import { passwords } from './passwords.ts';
import { basicHeader } from './site.ts';

/** Written by htpasswd and `openssl passwd`, with the password `right`. */
const OTHERS = `bob:$2y$05$SYnKMpTi0XAFSLmEwXBP1e0KdzvZqFCYoZIjJ06FkysWh6CiBugFS
carol:$5$abcdefgh$C7VyRZs0npbCFai/XpQEnaVXYbZWFch0rqUEsU32AU/
dave:$6$abcdefgh$vR/yd6VXABFTBRyOupJyJyD09twBc54Fjx1W8tzKdqxOfohxeZRb508btnHrxVQLY86b/u4pA/7OgxagBH8130
`;

const MODULES = [
  'mpm_event',
  'authn_core',
  'authn_file',
  'auth_basic',
  'authz_core',
  'authz_host',
  'authz_user',
  'authz_groupfile',
  'access_compat',
  'proxy',
  'proxy_http',
]
  .map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`)
  .join('\n');

/** Who asks: nobody in particular, or a user with a password. */
const CLIENTS: readonly (readonly [user: string, password: string] | undefined)[] = [
  undefined,
  ['alice', 'right'],
  ['alice', 'wrong'],
  ['alice', ''],
  ['bob', 'right'],
  ['bob', 'Right'],
  ['carol', 'right'],
  ['carol', 'right '],
  ['dave', 'right'],
  ['dave', 'wrong'],
  ['eve', 'right'],
];

async function statuses(port: number, from: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const client of CLIENTS) {
    const headers = { host: 'site.test', ...(client && { authorization: basicHeader(...client) }) };
    const { status } = await ask(port, '/x', { headers, localAddress: from });
    found.push(`${from} ${client?.join(':') ?? '-'} ${status}`);
  }
  return found;
}

async function expectTheSame(judge: number, gate: number): Promise<void> {
  for (const from of ['127.0.0.1', '127.0.0.2'])
    expect(await statuses(gate, from)).toEqual(await statuses(judge, from));
}

function writeUsers(folder: string): void {
  // Servers give up their rights before they read files.
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'users'), passwords({ alice: 'right' }) + OTHERS, { mode: 0o644 });
  writeFileSync(join(folder, 'groups'), 'staff: alice bob\nall: alice bob carol dave\n', { mode: 0o644 });
}

describe.skipIf(!hasPeer('apache'))('Apache is the judge (skipped where apache2 is not installed)', () => {
  it.each([
    'Require valid-user',
    'Require user alice carol',
    'Require group staff',
    'Require ip 127.0.0.2\nRequire user bob',
    '<RequireAll>\nRequire ip 127.0.0.2\nRequire group staff\n</RequireAll>',
    '<RequireAll>\nRequire valid-user\nRequire not user bob\n</RequireAll>',
    '<RequireAll>\nRequire group all\n<RequireNone>\nRequire group staff\nRequire user dave\n</RequireNone>\n</RequireAll>',
    '<RequireAny>\nRequire user dave\n<RequireAll>\nRequire group staff\nRequire ip 127.0.0.2\n</RequireAll>\n</RequireAny>',
    'Order deny,allow\nDeny from all\nAllow from 127.0.0.2\nRequire valid-user',
  ])('%s', async (rules) => {
    const users = testFolder();
    writeUsers(users);
    const upstream = await startUpstream();
    const text = `ProxyPass / http://127.0.0.1:${upstream.port}/
<Location /x>
AuthType Basic
AuthName "Members only"
AuthUserFile ${users}/users
AuthGroupFile ${users}/groups
AuthzSendForbiddenOnFailure On
${rules}
</Location>`;
    const judge = await startConfigured(
      'apache',
      ({ folder, port }) => `ServerRoot ${folder}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
ServerName main.test
Listen 127.0.0.1:${port}
${MODULES}
DocumentRoot ${folder}
<VirtualHost *:${port}>
ServerName site.test
${text}
</VirtualHost>
`,
    );
    await expectTheSame(
      judge,
      await startImported('apache', `<VirtualHost *:80>\nServerName site.test\n${text}\n</VirtualHost>`),
    );
  });
});

describe.skipIf(!hasPeer('nginx'))('nginx is the judge (skipped where nginx is not installed)', () => {
  it.each(['', 'allow 127.0.0.2; deny all;', 'satisfy any; allow 127.0.0.2; deny all;'])(
    'auth_basic %s',
    async (rules) => {
      const users = testFolder();
      writeUsers(users);
      const upstream = await startUpstream();
      const text = `location / { auth_basic "Members only"; auth_basic_user_file ${users}/users; ${rules} proxy_pass http://127.0.0.1:${upstream.port}; }`;
      const judge = await startConfigured('nginx', ({ folder, port }) => {
        const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
          .map((one) => `${one}_temp_path ${folder};`)
          .join(' ');
        return `user root; daemon off; worker_processes 1; pid ${folder}/pid; events {}
http { access_log off; ${places} server { listen 127.0.0.1:${port}; server_name site.test; ${text} } }`;
      });
      await expectTheSame(judge, await startImported('nginx', `server { listen 80; server_name site.test; ${text} }`));
    },
  );
});
