import { describe, expect, it } from 'vitest';
import { fromNginx, notesOn } from '../../../test/support/old-configuration.ts';

describe('files that were written to do harm', () => {
  it('may have blocks within blocks, and names that never end', async () => {
    const deep = await fromNginx(`${'a {'.repeat(50_000)}${'}'.repeat(50_000)} http { server { listen 80; } }`);
    expect(notesOn(deep, 'a')).toContain('more than 100 blocks within each other');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of nginx.
    const long = await fromNginx(`server_name ${'${a}'.repeat(200_000)};`);
    expect(long.lines[0]?.source.length).toBeLessThan(1000);
  });
});
