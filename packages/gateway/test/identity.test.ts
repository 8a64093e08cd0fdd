import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { open as connectTo, talk } from './support/client.ts';
import { startGate, testFolder } from './support/gate.ts';
import { wait as silence } from './support/silence.ts';
import { until } from './support/until.ts';
import { closedPort, startUpstream } from './support/upstream.ts';

const isRequired = process.env['CI'] === 'true';
const NGINX = '/usr/sbin/nginx';
const APACHE = '/usr/sbin/apache2';
for (const program of [NGINX, APACHE]) if (!existsSync(program)) console.warn(`skipped: no ${program}`);

const get = (path: string, ...lines: string[]): string =>
  [`GET ${path} HTTP/1.1`, 'Host: a', ...lines, '', ''].join('\r\n');

/** What a scanner sends to find out who answers. */
const PROBES: Readonly<Record<string, string>> = {
  'a page': get('/app'),
  'a page, kept open by name': get('/app', 'Connection: keep-alive'),
  'a page, closed': get('/app', 'Connection: close'),
  HEAD: get('/app').replace('GET', 'HEAD'),
  'nothing there': get('/none'),
  'nothing there, kept open by name': get('/none', 'Connection: keep-alive'),
  'nothing there, for a program': get('/none', 'Accept: application/json'),
  'HTTP/1.0': 'GET /none HTTP/1.0\r\n\r\n',
  'HTTP/0.9': 'GET /none\r\n',
  'HTTP/3.0': get('/').replace('HTTP/1.1', 'HTTP/3.0'),
  'no host': 'GET /none HTTP/1.1\r\n\r\n',
  'two hosts': get('/none', 'Host: b'),
  'a bad header': get('/none', 'Bad Header: x'),
  'a large header': get('/none', `X: ${'y'.repeat(40_000)}`),
  'a long target': get(`/${'x'.repeat(9000)}`),
  TRACE: get('/none').replace('GET', 'TRACE'),
  'an unknown method': get('/none').replace('GET', 'JUNK'),
  'a NUL': get('/none%00'),
  'two lengths': get('/none', 'Content-Length: 0', 'Transfer-Encoding: chunked'),
  'an application that is down': get('/down'),
};

async function gateWith(identity: string): Promise<number> {
  const upstream = await startUpstream((_request, response) => {
    response.writeHead(200, ['X-App', '1', 'Content-Type', 'text/plain', 'Server', 'express']);
    response.end('hello');
  });
  const { port } = await startGate(upstream.port, {
    yaml: `upstreams: { app: "http://127.0.0.1:${upstream.port}", down: "http://127.0.0.1:${await closedPort()}" }
routes: [{ upstream: app, path: /app, waf: off }, { upstream: down, path: /down, waf: off }]
identity: ${identity}`,
  });
  return port;
}

const headOf = (answer: string): string => answer.slice(0, Math.max(0, answer.indexOf('\r\n\r\n')));
const namesIn = (answer: string): string[] =>
  headOf(answer)
    .split('\r\n')
    .slice(1)
    .map((line) => line.slice(0, line.indexOf(':')));

/** What comes back at once for bytes that may go on: the rest is waited for, until 408 many seconds later. */
async function heardMeanwhile(port: number, bytes: string): Promise<string> {
  const socket = await connectTo(port);
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
  });
  socket.write(bytes);
  await silence(400);
  socket.destroy();
  return received;
}

describe.each([
  ['apache', 'Apache', ['Date', 'Server']],
  ['nginx', 'nginx', ['Server', 'Date']],
  ['iis', 'Microsoft-IIS/10.0', ['Content-Type']],
] as const)('as %s', (profile, server, first) => {
  it(`answers ${Object.keys(PROBES).length} probes with that face only`, async () => {
    const port = await gateWith(profile === 'apache' ? '{ profile: apache }' : `{ profile: ${profile} }`);
    for (const [name, probe] of Object.entries(PROBES)) {
      const answer = name === 'HTTP/0.9' ? await heardMeanwhile(port, probe) : await talk(port, probe, 150);
      expect(answer, name).not.toMatch(/sallyport|x-request-id|reference|problem\+json|express|no-store/i);
      if (name === 'HTTP/0.9') {
        expect(answer).toBe('');
        continue;
      }
      expect(headOf(answer), name).toContain(`\r\nServer: ${server}`);
      expect(namesIn(answer).slice(0, first.length), name).toEqual(first);
      expect(
        namesIn(answer).filter((one) => one === 'Date'),
        name,
      ).toHaveLength(1);
    }
  });
});

it('shows its own face by default', async () => {
  const answer = await talk(await gateWith('{}'), PROBES['nothing there'] as string, 150);
  expect(namesIn(answer)).toContain('X-Request-Id');
});

it('shows what the operator makes up', async () => {
  const folder = testFolder();
  writeFileSync(join(folder, '404.html'), 'gone fishing');
  const port = await gateWith(
    `{ profile: custom, headers: [X-APP, "*", content-length], pages: "${folder}" }\nserver_header: Thing/1`,
  );
  const missing = await talk(port, PROBES['nothing there'] as string, 150);
  expect(missing).toContain('gone fishing');
  const answer = await talk(port, PROBES['a page'] as string, 150);
  expect(namesIn(answer)[0]).toBe('X-APP');
  expect(answer).toContain('\r\nServer: Thing/1\r\n');
});

it('keeps a connection where the profile does not say so', async () => {
  const port = await gateWith('{ profile: apache }');
  const twice = await talk(port, `${PROBES['a page']}${PROBES['a page']}`, 300);
  expect(twice.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  expect(namesIn(twice)).not.toContain('Connection');
});

/** Starts a server on a port of loopback and waits until it listens. */
async function startServer(program: string, words: readonly string[], port: number): Promise<void> {
  const child: ChildProcess = spawn(program, words, { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const socket = await until(
    () => connectTo(port).catch(() => undefined),
    () => `${program} does not listen`,
  );
  socket.destroy();
}

async function startNginx(): Promise<number> {
  const folder = testFolder();
  const port = await closedPort();
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((one) => `${one}_temp_path ${folder}/${one};`);
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log; events {}
http { access_log off; server_tokens off; ${paths.join(' ')} server { listen 127.0.0.1:${port}; root ${folder}/www;
location /down { proxy_pass http://127.0.0.1:${await closedPort()}; } } }`,
  );
  await startServer(NGINX, ['-c', join(folder, 'nginx.conf')], port);
  return port;
}

async function startApache(): Promise<number> {
  const folder = testFolder();
  chmodSync(folder, 0o777);
  mkdirSync(join(folder, 'www'));
  const port = await closedPort();
  writeFileSync(
    join(folder, 'httpd.conf'),
    `ServerRoot ${folder}
PidFile ${folder}/pid
Listen 127.0.0.1:${port}
ServerName localhost
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
ErrorLog ${folder}/error.log
ServerTokens Prod
ServerSignature Off
DocumentRoot ${folder}/www
${userInfo().uid === 0 ? 'User www-data\nGroup www-data' : ''}
`,
  );
  await startServer(APACHE, ['-f', join(folder, 'httpd.conf'), '-DFOREGROUND'], port);
  return port;
}

const withoutDate = (answer: string): string => answer.replace(/\r\nDate: [^\r]*/, '\r\nDate: DATE');

describe('beside the real one', () => {
  // A 405 of ours says which methods are allowed (RFC 9110 §15.5.6), which nginx leaves out.
  it.skipIf(!existsSync(NGINX) && !isRequired)('nginx, byte for byte (skipped without nginx)', async () => {
    const [real, ours] = [await startNginx(), await gateWith('{ profile: nginx }')];
    const alike = [
      'nothing there',
      'nothing there, kept open by name',
      'HTTP/1.0',
      'HTTP/3.0',
      'no host',
      'two hosts',
      'a bad header',
      'a long target',
      'an application that is down',
    ];
    for (const name of alike) {
      const probe = PROBES[name] as string;
      expect(withoutDate(await talk(ours, probe, 200)), name).toBe(withoutDate(await talk(real, probe, 200)));
    }
  });

  it.skipIf(!existsSync(APACHE) && !isRequired)('Apache, byte for byte (skipped without apache2)', async () => {
    const [real, ours] = [await startApache(), await gateWith('{ profile: apache }')];
    for (const name of ['nothing there', 'HTTP/1.0', 'no host', 'two hosts', 'a bad header', 'a long target']) {
      const probe = PROBES[name] as string;
      expect(withoutDate(await talk(ours, probe, 200)), name).toBe(withoutDate(await talk(real, probe, 200)));
    }
  });
});
