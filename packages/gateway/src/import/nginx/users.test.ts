import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fromNginx, nginxServer, notesOn, type Route } from '../../../test/support/old-configuration.ts';

describe('auth_basic', () => {
  const HASH = '$apr1$abcdefgh$G8IsPsylW5ROvIKsQMRG61';
  const files = { 'users/.htpasswd': `alice:${HASH}\n`, 'users/old': 'alice:CIU2Tbf.SI33Q\n' };

  it.each<[text: string, route: Route]>([
    ['auth_basic "Members only"; auth_basic_user_file users/.htpasswd;', { auth: { providers: 'htpasswd' } }],
    [
      'allow 10.0.0.0/8; deny all; auth_basic x; auth_basic_user_file users/.htpasswd;',
      { access: ['allow 10.0.0.0/8', 'deny all'], auth: { providers: 'htpasswd' } },
    ],
    [
      'satisfy any; allow 10.0.0.0/8; allow ::1; deny all; auth_basic x; auth_basic_user_file users/.htpasswd;',
      { auth: { providers: 'htpasswd', require: ['ip 10.0.0.0/8 ::1', 'valid-user'] } },
    ],
    ['auth_basic x; auth_basic_user_file users/.htpasswd; auth_request /auth;', { answer: 403 }],
    ['auth_basic x; auth_basic_user_file users/$host;', { answer: 403 }],
    ['auth_basic x;', { answer: 403 }],
    ['auth_basic off; auth_basic_user_file users/.htpasswd;', { upstream: 'a' }],
  ])('%s', async (text, route) => {
    const { text: yaml } = await fromNginx(nginxServer(`location / { ${text} proxy_pass http://a; }`), files);
    const { routes, auth } = parse(yaml) as { routes: readonly Route[]; auth?: { basic: Record<string, string> } };
    expect(routes[0]).toMatchObject(route);
    for (const key of ['access', 'auth']) if (!(key in route)) expect(routes[0]).not.toHaveProperty(key);
    if ('auth' in route) expect(auth?.basic['htpasswd']).toMatch(/\/users\/\.htpasswd$/);
    else expect(auth?.basic).toBeUndefined();
  });

  it('says what the gate will object to, and that there is one realm', async () => {
    const result = await fromNginx(
      nginxServer(`location /a { auth_basic A; auth_basic_user_file users/old; proxy_pass http://a; }
location /b { auth_basic B; auth_basic_user_file users/none; proxy_pass http://a; }`),
      files,
    );
    expect(parse(result.text)).toMatchObject({
      auth: { realm: 'A', basic: { old: expect.any(String), none: expect.any(String) } },
    });
    expect(notesOn(result, 'auth_basic_user_file users/old')).toMatch(/the gate will not start with it: .*crypt\(\)/);
    expect(notesOn(result, 'auth_basic_user_file users/none')).toContain('cannot be read here');
    expect(notesOn(result, 'auth_basic B')).toContain('there is one realm for all: "A"');
  });
});
