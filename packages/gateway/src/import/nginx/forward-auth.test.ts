import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fromNginx, nginxServer, notesOn } from '../../../test/support/old-configuration.ts';

describe('auth_request', () => {
  const check = 'location = /check { internal; proxy_pass http://10.0.0.1:9000/auth; proxy_pass_request_body off; }';
  it('asks the same server, by a provider', async () => {
    const result = await fromNginx(
      nginxServer(
        `location / { auth_request /check; auth_request_set $user $upstream_http_remote_user; proxy_pass http://a; } ${check}`,
      ),
    );
    expect(parse(result.text)).toMatchObject({
      auth: { forward: { check: { url: 'http://10.0.0.1:9000/auth', user_header: 'Remote-User' } } },
      routes: [
        { path: '/', auth: { providers: 'check' }, upstream: 'a' },
        { path: '/check', answer: 404 },
      ],
    });
    expect(notesOn(result, 'auth_request /check')).toContain('its answer has to name the user in Remote-User');
    expect(notesOn(result, 'internal')).toContain('nobody gets there from outside');
  });

  it('may be one of two ways in', async () => {
    const { text } = await fromNginx(
      nginxServer(
        `location / { satisfy any; allow 10.0.0.0/8; deny all; auth_request /check; proxy_pass http://a; } ${check}`,
      ),
    );
    expect(parse(text).routes[0]).toMatchObject({
      auth: { providers: 'check', require: ['ip 10.0.0.0/8', 'valid-user'] },
    });
  });

  it.each(['auth_request /none;', 'auth_request /check; auth_basic x; auth_basic_user_file f;'])(
    'lets nobody in where the gate cannot ask: %s',
    async (text) => {
      const { text: written } = await fromNginx(nginxServer(`location / { ${text} proxy_pass http://a; } ${check}`));
      expect(parse(written).routes[0]).toMatchObject({ path: '/', answer: 403 });
      expect(parse(written)).not.toHaveProperty('auth');
    },
  );
});
