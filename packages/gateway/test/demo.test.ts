/** `npm start` after the installation: the demo shop behind the gate, and what it tells a newcomer to try. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

let demo: ChildProcess;
let said = '';
let site = '';

beforeAll(async () => {
  demo = spawn(process.execPath, ['scripts/start-demo.mjs', '--port', '0', '--app-port', '0'], { cwd: root });
  demo.stdout?.on('data', (text) => {
    said += String(text);
  });
  demo.stderr?.on('data', (text) => {
    said += String(text);
  });
  await vi.waitFor(() => expect(said).toMatch(/Ctrl-C/), { timeout: 45_000, interval: 50 });
  site = /open behind the gate: (http:\/\/127\.0\.0\.1:\d+)\//.exec(said)?.[1] ?? '';
  // The shop starts beside the gate and may take a moment longer.
  const opened = async (): Promise<void> => expect((await send('GET', '/')).status).toBe(200);
  await vi.waitFor(opened, { timeout: 15_000, interval: 100 });
});

afterAll(() => demo.kill('SIGKILL'));

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

/** Sends a target as it is; `fetch` would tidy it up first. */
function send(method: string, path: string, type?: string, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = type === undefined ? {} : { 'content-type': type };
    const outgoing = request(site, { method, path, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      response.on('end', () => resolve({ status: response.statusCode, body: text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const form = 'application/x-www-form-urlencoded';
const upload = (name: string): string =>
  `--b\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--\r\n`;

describe('the demo', () => {
  it.each([
    ['a search', 'GET', '/search?q=tea', undefined, undefined, 200, 'black tea'],
    ['a comment', 'POST', '/comments', form, 'text=I+like+it', 200, 'I like it'],
    ['an upload', 'POST', '/upload', 'multipart/form-data; boundary=b', upload('a.txt'), 200, 'Received a.txt'],
    ['the list of items', 'GET', '/api/items', undefined, undefined, 200, '"teapot"'],
    ['a new item', 'POST', '/api/items', 'application/json', '{"name":"cup","price":5}', 201, '"cup"'],
    ['a page that is not there', 'GET', '/nothing', undefined, undefined, 404, 'no such page'],
  ] as const)('lets %s through', async (_name, method, path, type, body, status, text) => {
    const answer = await send(method, path, type, body);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(text);
  });

  it.each([
    ['a script', 'GET', '/search?q=%3Cscript%3Ealert(1)%3C/script%3E', undefined, undefined],
    ['SQL', 'GET', "/search?q='%20OR%20'1'='1", undefined, undefined],
    ['a script in a comment', 'POST', '/comments', form, 'text=%3Csvg+onload%3Dalert%281%29%3E'],
    ['a program as an upload', 'POST', '/upload', 'multipart/form-data; boundary=b', upload('shell.php')],
    ['prototype pollution', 'POST', '/api/items', 'application/json', '{"__proto__":{"admin":true}}'],
  ] as const)('refuses %s', async (_name, method, path, type, body) => {
    const answer = await send(method, path, type, body);
    expect(answer.status).toBe(403);
    expect(answer.body).not.toContain('Tea shop');
  });

  it('prints requests that do what it says, and a command that explains the refusal', async () => {
    const [ordinary, attack] = [...said.matchAll(/curl 'http:\/\/[^/]+([^']*)'/g)].map((found) => found[1] ?? '');
    expect((await send('GET', ordinary ?? '')).status).toBe(200);
    const refusal = await send('GET', attack ?? '');
    expect(refusal.status).toBe(403);
    const id = /<code>([^<]+)<\/code>/.exec(refusal.body)?.[1] ?? '';
    const [, ...words] = /^ {2}(node .*)$/m.exec(said)?.[1]?.replace('ID', id).split(' ') ?? [];
    const told = execFileSync(process.execPath, words, { cwd: root, encoding: 'utf8' });
    expect(told).toContain('rule 1200');
    expect(told).toContain('Verdict: denied with 403 in phase 2 by rule 1200');
  });

  it('stops on a signal and leaves no files behind', async () => {
    const folder = dirname(/--audit-log (\S+)/.exec(said)?.[1] ?? '/');
    expect(existsSync(folder)).toBe(true);
    const ended = new Promise((resolve) => demo.once('exit', resolve));
    demo.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(existsSync(folder)).toBe(false);
  });
});
