/** An upload far larger than memory should be passes without being collected anywhere. */
import { readFileSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ask } from './support/client.ts';
import { startCommand } from './support/command.ts';
import { testFolder } from './support/gate.ts';
import { startEagerUpstream } from './support/upstream.ts';

const GiB = 1024 ** 3;
const MiB = 1024 ** 2;

/** Largest resident size a process ever had, in bytes. */
function peakMemory(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return Number(kilobytes) * 1024;
}

function upload(
  port: number,
  path: string,
  size: number,
  isChunked: boolean,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      'Content-Type': 'application/octet-stream',
      ...(isChunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': size }),
    };
    const request = httpRequest({ port, path, method: 'POST', headers, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on('error', reject);
    const chunk = Buffer.alloc(256 * 1024, 'x');
    let left = size;
    const more = (): void => {
      while (left > 0) {
        left -= chunk.length;
        if (!request.write(chunk)) {
          request.once('drain', more);
          return;
        }
      }
      request.end();
    };
    more();
  });
}

it.each([
  ['unseen by rules', '/none', false],
  ['chunked and unseen', '/none', true],
  ['inspected in part', '/part', false],
  ['no rules at all', '/off', false],
])('1 GiB with little memory: %s', async (_name, path, isChunked) => {
  const upstream = await startEagerUpstream((request, response) => {
    let received = 0;
    request.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    request.on('end', () => response.end(String(received)));
  });
  const folder = testFolder();
  writeFileSync(
    join(folder, 'rules.conf'),
    'SecRuleEngine On\nSecRequestBodyAccess On\nSecRule ARGS "@contains evil" "id:1,phase:2,deny"\n',
  );
  writeFileSync(
    join(folder, 'sallyport.yaml'),
    `listeners: [{ port: 0 }]
upstreams: { app: "http://127.0.0.1:${upstream.port}" }
routes:
  - { path: /none, upstream: app, inspect: { request_body: false } }
  - { path: /part, upstream: app, inspect: { request_body_limit: 1 MiB } }
  - { path: /off, upstream: app, waf: off }
rules: { files: rules.conf }
`,
  );
  const gate = await startCommand([], folder);
  expect((await ask(gate.port, path, { method: 'POST' }, 'x'.repeat(100_000))).body).toBe('100000');
  const before = peakMemory(gate.pid);
  expect(await upload(gate.port, path, GiB, isChunked)).toEqual({ status: 200, body: String(GiB) });
  expect((peakMemory(gate.pid) - before) / MiB).toBeLessThan(64);
});
