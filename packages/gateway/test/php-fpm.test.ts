/** PHP behind the gate, by the server most sites have. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, talk } from './support/client.ts';
import { type RunningGate, startGate } from './support/gate.ts';
import { startNginxBefore } from './support/nginx-fastcgi.ts';
import { hasPeer } from './support/peers.ts';
import { hasPhpFpm, type PhpFpm, startPhpFpm } from './support/php-fpm.ts';

const SHOW = '<?php header("Content-Type: application/json"); echo json_encode($_SERVER);';
const FILES = {
  'index.php': '<?php echo "index ", $_SERVER["PATH_INFO"] ?? "-";',
  'show.php': SHOW,
  'blog/index.php': '<?php echo "blog";',
  'front.php': '<?php echo "front ", $_SERVER["REQUEST_URI"];',
  'post.php':
    '<?php echo json_encode([$_POST, strlen(file_get_contents("php://input")), array_map(fn($f) => [$f["name"], $f["size"]], $_FILES)]);',
  'status.php':
    '<?php http_response_code(418); header("X-Two: a", false); header("X-Two: b", false); setcookie("c", "1");',
  'redirect.php': '<?php header("Location: /blog/");',
  'notice.php': '<?php error_log("first line\\nsecond"); echo "noted";',
  'big.php': '<?php for ($i = 0; $i < 300; $i++) echo str_repeat("z", 10000);',
  'slow.php': '<?php usleep(200000); echo getmypid();',
  'die.php': '<?php posix_kill(getmypid(), 9);',
  // A picture with PHP in it, as an attacker would upload one.
  'photos/cat.jpg': '<?php echo "OWNED";',
};

const php = (fpm: PhpFpm, settings = '', upstream = ''): Promise<RunningGate> =>
  startGate(0, {
    yaml: `upstreams: { php: { urls: "${fpm.url}", fastcgi: { root: "${fpm.root}", ${settings} }, ${upstream} } }\nroutes: [{ upstream: php, waf: off }]`,
  });

describe.runIf(hasPhpFpm())('php-fpm', () => {
  it('is told what a script wants to know', async () => {
    const gate = await php(await startPhpFpm(FILES, 2), 'parameters: { APP_ENV: test }');
    const { headers, body } = await ask(gate.port, '/show.php/a/b?x=1&y=%20', {
      headers: { host: 'a.test:81', 'x-one': '1', authorization: 'Basic eDp5', proxy: 'http://evil' },
    });
    expect(headers['content-type']).toContain('application/json');
    const server = JSON.parse(body);
    expect(server).toMatchObject({
      SCRIPT_NAME: '/show.php',
      PATH_INFO: '/a/b',
      PHP_SELF: '/show.php/a/b',
      QUERY_STRING: 'x=1&y=%20',
      REQUEST_URI: '/show.php/a/b?x=1&y=%20',
      SERVER_NAME: 'a.test',
      HTTP_HOST: 'a.test:81',
      HTTP_X_ONE: '1',
      HTTP_AUTHORIZATION: 'Basic eDp5',
      PHP_AUTH_USER: 'x',
      REMOTE_ADDR: '127.0.0.1',
      APP_ENV: 'test',
    });
    expect(server.SCRIPT_FILENAME).toBe(`${server.DOCUMENT_ROOT}/show.php`);
    expect(server).not.toHaveProperty('HTTP_PROXY');
  });

  it.each([
    ['/', 'index -'],
    ['/index.php/x', 'index /x'],
    ['/blog/', 'blog'],
    ['/./blog/../index.php', 'index -'],
  ])('answers %s with %s', async (path, body) => {
    const gate = await php(await startPhpFpm(FILES, 1));
    const answer = await talk(gate.port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    if (path.includes('..')) expect(answer).toMatch(/^HTTP\/1.1 400 /);
    else expect(answer).toContain(body);
  });

  it('never runs a picture, although it would itself', async () => {
    const fpm = await startPhpFpm(FILES, 1);
    symlinkSync('/etc/passwd', join(fpm.root, 'passwd.php'));
    const gate = await php(fpm);
    for (const path of [
      '/photos/cat.jpg',
      '/photos/cat.jpg/x.php',
      '/photos/cat.jpg%2fx.php',
      '/photos/cat.jpg%00.php',
      '/passwd.php',
    ])
      expect(
        (await talk(gate.port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)).slice(9, 12),
      ).toMatch(/40[04]/);
    const fronted = await php(fpm, 'front_controller: /front.php');
    expect((await ask(fronted.port, '/photos/cat.jpg/x.php')).body).toBe('front /photos/cat.jpg/x.php');
    expect((await ask(fronted.port, '/any/page?q=1')).body).toBe('front /any/page?q=1');
  });

  it('gets forms, files and bodies of unknown length', async () => {
    const gate = await php(await startPhpFpm(FILES, 2));
    const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    expect(JSON.parse((await ask(gate.port, '/post.php', form, 'a=1&b=2')).body)).toEqual([{ a: '1', b: '2' }, 7, []]);
    const chunked =
      'POST /post.php HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n7\r\na=1&b=2\r\n0\r\n\r\n';
    expect(await talk(gate.port, chunked)).toContain('[{"a":"1","b":"2"},7,[]]');
    const part = `--b\r\nContent-Disposition: form-data; name="f"; filename="n"\r\n\r\n${'x'.repeat(1_000_000)}\r\n--b--\r\n`;
    const upload = { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=b' } };
    expect(JSON.parse((await ask(gate.port, '/post.php', upload, part)).body)[2]).toEqual({ f: ['n', 1_000_000] });
  });

  it('gives status, headers, redirects and long answers', async () => {
    const gate = await php(await startPhpFpm(FILES, 2));
    const answer = await ask(gate.port, '/status.php');
    expect(answer).toMatchObject({ status: 418, headers: { 'x-two': 'a, b', 'set-cookie': ['c=1'] } });
    expect(await ask(gate.port, '/redirect.php')).toMatchObject({ status: 302, headers: { location: '/blog/' } });
    expect((await ask(gate.port, '/big.php')).body.length).toBe(3_000_000);
    expect((await ask(gate.port, '/blog', {})).headers.location).toBe('/blog/');
  });

  it('has its messages in the error log', async () => {
    const gate = await php(await startPhpFpm(FILES, 1));
    expect((await ask(gate.port, '/notice.php')).body).toBe('noted');
    const log = await gate.errorLog();
    expect(log).toMatch(/php: PHP message: first line \[unique_id/);
    expect(log).toMatch(/php: second \[unique_id/);
  });

  it('serves many more clients than it has processes, with connections that are kept', async () => {
    const gate = await php(await startPhpFpm(FILES, 2), 'processes: 2', 'queue_timeout: 30 s');
    const answers = await Promise.all(Array.from({ length: 16 }, () => ask(gate.port, '/slow.php')));
    expect(answers.map((one) => one.status)).toEqual(Array(16).fill(200));
    expect(new Set(answers.map((one) => one.body)).size).toBeLessThanOrEqual(2);
  });

  it('that loses a process costs one request and no more', async () => {
    const gate = await php(await startPhpFpm(FILES, 2), 'processes: 2', 'retry: { attempts: 0 }');
    expect((await ask(gate.port, '/die.php')).status).toBe(502);
    for (let at = 0; at < 4; at++) expect((await ask(gate.port, '/')).status).toBe(200);
  });

  it('is found healthy by its ping path, and not healthy when it is gone', async () => {
    const fpm = await startPhpFpm(FILES, 1);
    const gate = await php(fpm, '', 'health: { path: /fpm-ping, interval: 50 ms, unhealthy: 2 }');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await ask(gate.port, '/')).status).toBe(200);
    expect(gate.gateway.upstream('php')?.addresses[0]?.isHealthy).toBe(true);
    await fpm.stop();
    while (gate.gateway.upstream('php')?.addresses[0]?.isHealthy)
      await new Promise((resolve) => setTimeout(resolve, 50));
  });

  it('gives what nginx in front of it gives', async () => {
    if (!hasPeer('nginx')) return;
    const fpm = await startPhpFpm(FILES, 2);
    const gate = await php(fpm);
    const nginx = await startNginxBefore(fpm);
    const seen = async (port: number): Promise<Record<string, string>> =>
      JSON.parse(
        (
          await ask(
            port,
            '/show.php/a%20b?x=1',
            { method: 'POST', headers: { host: 'a.test', cookie: 'k=v', 'content-type': 'a/b' } },
            'body',
          )
        ).body,
      );
    const [ours, theirs] = [await seen(gate.port), await seen(nginx)];
    for (const [name, value] of Object.entries(theirs)) {
      // Ports and times differ, and what each says of itself; without a login the one has no name, the other an empty one.
      if (
        /^(SERVER_PORT|SERVER_SOFTWARE|REMOTE_PORT|REMOTE_USER|REQUEST_TIME.*|HTTP_CONNECTION|HTTP_CONTENT_LENGTH)$/.test(
          name,
        )
      )
        continue;
      expect([name, ours[name]]).toEqual([name, value]);
    }
  });
});
