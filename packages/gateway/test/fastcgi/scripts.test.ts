/** Which script of a folder the gate names to an application that speaks FastCGI. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask } from '../support/client.ts';
import { startFastCgiApp } from '../support/fastcgi-app.ts';
import { gateBefore, hello } from '../support/fastcgi-gate.ts';
import { testFolder } from '../support/gate.ts';

describe('scripts', () => {
  it('are found below the root, folders are redirected within the site, and nothing else is asked for', async () => {
    const root = join(testFolder(), 'www');
    mkdirSync(join(root, 'blog'), { recursive: true });
    writeFileSync(join(root, 'blog', 'index.php'), '');
    writeFileSync(join(root, 'cat.jpg'), '');
    const app = await startFastCgiApp(hello);
    const gate = await gateBefore(app, { upstream: `fastcgi: { root: "${root}" }`, route: 'path: /site, rewrite: /' });
    expect(await ask(gate.port, '/site/blog/')).toMatchObject({ status: 200 });
    expect(app.requests[0]?.parameters).toMatchObject({
      SCRIPT_NAME: '/site/blog/index.php',
      SCRIPT_FILENAME: join(root, 'blog', 'index.php'),
      DOCUMENT_ROOT: root,
      REQUEST_URI: '/site/blog/',
    });
    expect(await ask(gate.port, '/site/blog?x=1')).toMatchObject({
      status: 301,
      headers: { location: '/site/blog/?x=1' },
    });
    expect((await ask(gate.port, '/site//blog')).headers.location).toBe('/site/blog/');
    for (const path of ['/site/cat.jpg', '/site/cat.jpg/x.php', '/site/blog%2findex.php', '/site/none.php'])
      expect((await ask(gate.port, path)).status).toBe(404);
    expect(app.requests.length).toBe(1);
    expect(await gate.accessLog()).toContain('/site/cat.jpg/x.php');
    expect(await gate.errorLog()).toContain('SP1083 no script for this path: /cat.jpg: no such script');
  });
});
