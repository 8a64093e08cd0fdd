import { describe, expect, it } from 'vitest';
import { nginxRoutes } from '../../../test/support/old-configuration.ts';

describe('allow and deny', () => {
  it.each(['deny all;', 'auth_basic "x";', 'auth_request /auth;', 'allow 10.0.0.0/8; auth_basic "x";'])(
    'what is not for anybody the gate could tell is closed: %s',
    async (text) => {
      expect(
        await nginxRoutes(`location / { proxy_pass http://a; } location /admin { ${text} proxy_pass http://a; }`),
      ).toMatchObject([{ path: '/' }, { path: '/admin', answer: 403 }]);
    },
  );

  it.each<[text: string, access: unknown]>([
    ['allow 10.0.0.0/8; deny all;', ['allow 10.0.0.0/8', 'deny all']],
    ['deny 10.0.0.7; allow 10.0.0.0/8; deny all;', ['deny 10.0.0.7', 'allow 10.0.0.0/8', 'deny all']],
    ['deny 10.0.0.7;', ['deny 10.0.0.7', 'allow all']],
    ['allow all;', undefined],
    ['satisfy any; allow 10.0.0.0/8; deny all; auth_basic "x";', ['allow 10.0.0.0/8', 'deny all']],
  ])('lists by address: %s', async (text, access) => {
    const [route] = await nginxRoutes(`${text} location / { proxy_pass http://a; }`);
    expect(route?.['access']).toEqual(access);
  });
});
