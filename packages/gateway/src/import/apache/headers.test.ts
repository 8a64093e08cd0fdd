import { describe, expect, it } from 'vitest';
import { apacheRoutes, type Route } from '../../../test/support/old-configuration.ts';

describe('Header and RequestHeader', () => {
  it.each<[text: string, routes: readonly Route[]]>([
    [
      'ProxyPass /a http://a/b\n<Location /a/c>\nHeader always set X-A "b c"\nRequestHeader unset X-D\n</Location>',
      [
        { path: '/a', upstream: 'a', rewrite: '/b' },
        {
          path: '/a/c',
          rewrite: '/b/c',
          response_headers: { set: { 'X-A': 'b c' } },
          request_headers: { remove: ['X-D'] },
        },
      ],
    ],
  ])('%s', async (text, routes) => {
    expect(await apacheRoutes(text)).toMatchObject(routes);
  });
});
