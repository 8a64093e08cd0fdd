import { describe, expect, it } from 'vitest';
import { apacheAccess } from '../../../test/support/old-configuration.ts';

describe('access', () => {
  it('of places within each other: the last that says something counts', async () => {
    expect(
      await apacheAccess(
        '<Location />\nRequire ip 10\n</Location>\n<Location /open>\nRequire all granted\n</Location>\n<Location /x>\nSecRuleEngine Off\n</Location>',
      ),
    ).toEqual([
      ['/', ['allow 10.0.0.0/8', 'deny all']],
      ['/open', undefined],
      ['/x', ['allow 10.0.0.0/8', 'deny all']],
    ]);
  });
});
