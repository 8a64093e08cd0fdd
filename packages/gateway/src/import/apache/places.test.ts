import { describe, expect, it } from 'vitest';
import { apacheRoutes, apacheSite, fromApache, notesOn, type Route } from '../../../test/support/old-configuration.ts';

describe('places', () => {
  it.each<[text: string, routes: readonly Route[]]>([
    [
      'ProxyPass / http://b/\n<Location "/*.cgi">\nRequire all denied\n</Location>',
      [
        { pattern: '^/[^/]*\\.cgi$', answer: 403 },
        { path: '/', upstream: 'b' },
      ],
    ],
  ])('%s', async (text, routes) => {
    expect(await apacheRoutes(text)).toMatchObject(routes);
  });

  it('that cannot be matched in linear time are left out, with a warning where they guard something', async () => {
    const result = await fromApache(
      apacheSite('<LocationMatch "^/(?!open)">\nRequire ip 10\n</LocationMatch>\nProxyPass / http://a/'),
    );
    expect(notesOn(result, '<LocationMatch')).toMatch(/^left out .*WARNING: what it guards is not guarded here/);
  });
});
