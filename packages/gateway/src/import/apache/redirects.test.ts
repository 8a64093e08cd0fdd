import { describe, expect, it } from 'vitest';
import { apacheRoutes, type Route } from '../../../test/support/old-configuration.ts';

describe('redirections', () => {
  it.each<[text: string, route: Route]>([
    ['Redirect / https://site.test/', { path: '/', redirect: { to: 'https://site.test{rest}', status: 302 } }],
    ['Redirect permanent /old /new', { path: '/old', redirect: { to: '/new{rest}', status: 301 } }],
    [
      'RedirectPermanent /old http://b.test/x/',
      { path: '/old', redirect: { to: 'http://b.test/x{rest}', status: 301 } },
    ],
    ['Redirect 410 /gone', { path: '/gone', answer: 410 }],
    ['RedirectMatch 301 ^/$ /start', { path: '/', exact: true, redirect: { to: '/start{query}', status: 301 } }],
    [
      'RedirectMatch 301 ^/p/(\\d+)/(.*)$ /q/$2/$1',
      { pattern: '^/p/(\\d+)/(.*)$', redirect: { to: '/q/{2}/{1}{query}', status: 301 } },
    ],
  ])('%s', async (text, route) => {
    expect((await apacheRoutes(text))[0]).toMatchObject(route);
  });
});
