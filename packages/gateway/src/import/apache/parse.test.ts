import { describe, expect, it } from 'vitest';
import { fromApache } from '../../../test/support/old-configuration.ts';

describe('files that were written to do harm', () => {
  it('may have sections within sections, and lines that go on for ever', async () => {
    const { lines } = await fromApache(`${'<Location /a>\n'.repeat(50_000)}`);
    expect(JSON.stringify(lines)).toContain('more than 100 sections within each other');
    expect((await fromApache('a\\\n'.repeat(300_000))).lines).toHaveLength(1);
  });
});
