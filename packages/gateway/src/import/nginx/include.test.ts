import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, fromNginx, notesOn } from '../../../test/support/old-configuration.ts';
import { importNginx } from '../nginx.ts';

describe('files that were written to do harm', () => {
  it('may include each other, and end all the same', async () => {
    const twice = (name: string): string => `include ${name};\ninclude ${name};\n`;
    const more: Record<string, string> = {};
    for (let at = 0; at < 30; at++) more[`${at}.conf`] = twice(`${at + 1}.conf`);
    const found = await fromNginx(`${twice('nginx.conf')}${twice('0.conf')}`, more);
    expect(notesOn(found, 'include nginx.conf')).toContain('a file that includes itself');
    expect(notesOn(found, 'include')).toContain('more than 10000 files would be read');
  });

  it('lead nowhere outside of the copy', async () => {
    const folder = folderWith({
      'copy/etc/nginx/nginx.conf': 'include ../../../outside.conf;\n',
      'outside.conf': 'secret;',
    });
    const root = join(folder, 'copy');
    const { lines } = await importNginx(join(root, 'etc/nginx/nginx.conf'), { rulesFile: 'gate.rules.conf', root });
    expect(JSON.stringify(lines)).not.toContain('secret');
  });
});
