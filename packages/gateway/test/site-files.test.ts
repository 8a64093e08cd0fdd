/** Files of a PHP site, answered without PHP. */
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, talk } from './support/client.ts';
import { type FastCgiApp, startFastCgiApp } from './support/fastcgi-app.ts';
import { type RunningGate, startGate, testFolder } from './support/gate.ts';

const LARGE = Buffer.alloc(3_000_000, 'abcdefghij');

interface Site {
  readonly gate: RunningGate;
  readonly app: FastCgiApp;
  readonly root: string;
}

/** `fastcgi` and `route`: further settings in YAML's flow form. */
async function site(settings: { fastcgi?: string; route?: string; rules?: string } = {}): Promise<Site> {
  const { fastcgi = 'front_controller: /index.php', route = 'waf: off', rules } = settings;
  const root = join(testFolder(), 'www');
  const files: Record<string, string | Buffer> = {
    'index.php': '',
    'wp-login.php': '',
    'wp-content/themes/t/style.css': 'body { color: red }',
    'wp-content/uploads/a b.png': 'PNG',
    'wp-content/uploads/large.mp4': LARGE,
    'wp-content/uploads/page.html': '<p>secret</p>',
    'wp-config.php.bak': 'PASSWORD',
    '.htaccess': 'x',
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  writeFileSync(join(root, '..', 'outside.css'), 'SECRET');
  symlinkSync('../outside.css', join(root, 'out.css'));
  const app = await startFastCgiApp((request) => {
    request.stdout(`Content-Type: text/plain\r\n\r\n${request.parameters['SCRIPT_NAME']}`);
    request.end();
  });
  const gate = await startGate(0, {
    ...(rules !== undefined && { rules }),
    yaml: `upstreams: { app: { urls: "${app.url}", fastcgi: { root: "${root}", serve_files: true, ${fastcgi} } } }
routes: [{ upstream: app, ${route} }]`,
  });
  return { gate, app, root };
}

describe('files of a site', () => {
  it('are answered by the gate, scripts and everything else by the application', async () => {
    const { gate, app } = await site();
    const seen: Record<string, string> = {};
    for (const path of [
      '/',
      '/wp-content/themes/t/style.css?ver=6.5',
      '/wp-content/uploads/a%20b.png',
      '/wp-login.php',
      '/2024/05/hello/',
      '/wp-config.php.bak',
      '/.htaccess',
      '/out.css',
      '/wp-content/themes/t%2fstyle.css',
      '/wp-content/uploads/',
    ]) {
      const { status, headers, body } = await ask(gate.port, path);
      seen[path] = `${status} ${headers['content-type']} ${body}`;
    }
    const front = '200 text/plain /index.php';
    expect(seen).toEqual({
      '/': front,
      '/wp-content/themes/t/style.css?ver=6.5': '200 text/css body { color: red }',
      '/wp-content/uploads/a%20b.png': '200 image/png PNG',
      '/wp-login.php': '200 text/plain /wp-login.php',
      '/2024/05/hello/': front,
      '/wp-config.php.bak': front,
      '/.htaccess': front,
      '/out.css': front,
      '/wp-content/themes/t%2fstyle.css': front,
      '/wp-content/uploads/': front,
    });
    expect(app.requests).toHaveLength(8);
    expect(await gate.errorLog()).toContain(
      'the file of /out.css is not served: a symbolic link leads out of the root',
    );
  });

  it('are 404 where there is no front controller', async () => {
    const { gate } = await site({ fastcgi: '' });
    expect((await ask(gate.port, '/wp-content/themes/t/style.css')).status).toBe(200);
    expect((await ask(gate.port, '/wp-config.php.bak')).status).toBe(404);
    expect((await ask(gate.port, '/out.css')).status).toBe(404);
  });

  it('go to the application with other methods', async () => {
    const { gate, app } = await site();
    await ask(gate.port, '/wp-content/themes/t/style.css', { method: 'POST' });
    expect(app.requests[0]?.parameters['REQUEST_METHOD']).toBe('POST');
  });

  it('are asked for anew, in part, and by HEAD', async () => {
    const { gate } = await site({ fastcgi: 'file_max_age: 1h' });
    const path = '/wp-content/uploads/large.mp4';
    const whole = await ask(gate.port, path);
    expect(whole.headers).toMatchObject({
      'content-length': '3000000',
      'accept-ranges': 'bytes',
      'cache-control': 'max-age=3600',
      'x-content-type-options': 'nosniff',
    });
    expect(Buffer.from(whole.body).equals(LARGE)).toBe(true);
    const { etag = '' } = whole.headers;
    expect(await ask(gate.port, path, { headers: { 'if-none-match': String(etag) } })).toMatchObject({
      status: 304,
      body: '',
    });
    const part = await ask(gate.port, path, { headers: { range: 'bytes=1000005-1000008' } });
    expect(part).toMatchObject({ status: 206, body: 'fghi' });
    expect(part.headers['content-range']).toBe('bytes 1000005-1000008/3000000');
    expect((await ask(gate.port, path, { headers: { range: 'bytes=3000000-' } })).status).toBe(416);
    const head = await ask(gate.port, path, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(head.headers['content-length']).toBe('3000000');
  });

  it('leave the connection fit for the next request', async () => {
    const { gate } = await site();
    const get = (headers = '', path = '/wp-content/themes/t/style.css'): string =>
      `GET ${path} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;
    const answers = await talk(
      gate.port,
      `${get()}${get('Range: bytes=0-3\r\n')}${get('Content-Length: 0\r\n')}${get('Connection: close\r\n', '/wp-login.php')}`,
    );
    expect(answers.match(/HTTP\/1\.1 (\d+)/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 206',
      'HTTP/1.1 200',
      'HTTP/1.1 200',
    ]);
    expect(answers).toContain('\r\n\r\nbodyHTTP/1.1');
  });

  it('are shown to the rules, which may keep them', async () => {
    const rules =
      'SecRuleEngine On\nSecResponseBodyAccess On\nSecResponseBodyMimeType text/html\n' +
      'SecRule RESPONSE_BODY "@contains secret" "id:1,phase:4,deny,status:403"\n' +
      'SecRule RESPONSE_HEADERS:Content-Type "@streq video/mp4" "id:2,phase:3,deny,status:451"\n' +
      'SecRule REQUEST_FILENAME "@endsWith .png" "id:3,phase:1,deny,status:402"\n';
    const { gate } = await site({ rules, route: 'waf: on' });
    expect((await ask(gate.port, '/wp-content/uploads/page.html')).status).toBe(403);
    expect((await ask(gate.port, '/wp-content/uploads/large.mp4')).status).toBe(451);
    expect((await ask(gate.port, '/wp-content/uploads/a%20b.png')).status).toBe(402);
    expect((await ask(gate.port, '/wp-content/themes/t/style.css')).body).toBe('body { color: red }');
  });

  it('are found below the prefix of the route', async () => {
    const { gate } = await site({ route: 'waf: off, path: /blog, rewrite: /' });
    expect((await ask(gate.port, '/blog/wp-content/themes/t/style.css')).body).toBe('body { color: red }');
    expect((await ask(gate.port, '/wp-content/themes/t/style.css')).status).toBe(404);
  });

  it('that become shorter on the way are not taken for whole', async () => {
    const { gate, root } = await site();
    const name = join(root, 'wp-content/uploads/large.mp4');
    writeFileSync(name, Buffer.alloc(60_000_000, 'x'));
    const answer = fetch(`http://127.0.0.1:${gate.port}/wp-content/uploads/large.mp4`).then(async (response) => {
      truncateSync(name, 10);
      return response.arrayBuffer();
    });
    await expect(answer).rejects.toThrow();
  });
});
