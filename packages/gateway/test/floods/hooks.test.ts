/** Who is told when a client is banned. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startGate, testFolder } from '../support/gate.ts';
import { startUpstream } from '../support/upstream.ts';
import { FLOODER, statusesOf, times } from './clients.ts';

vi.mock('../../src/stages/flood/steady-time.ts', () => import('./still-clock.ts'));

describe('hooks', () => {
  it('a program, a webhook that fails once, and a file for nftables', async () => {
    const posts: string[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        posts.push(body);
        response.writeHead(posts.length === 1 ? 500 : 204).end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const told = join(testFolder(), 'told');
    const gate = await startGate((await startUpstream()).port, {
      yaml: `floods:
  path: { requests: 1 }
  hooks:
    program: [/bin/sh, -c, 'printf "%%s|" "$@" > "$0"', ${told}, "%s", "%r", "%t", "$(id)"]
    webhook: http://127.0.0.1:${port}/ban
    nftables: bans.nft`,
    });
    await statusesOf(gate, 2);
    await expect
      .poll(() => existsSync(told) && readFileSync(told, 'latin1'))
      .toBe('127.0.0.2|path: 2 requests in 1 s, and 1 may be|60|$(id)|');
    await expect.poll(() => posts.length).toBe(2);
    expect(JSON.parse(posts[1] ?? '')).toMatchObject({ address: FLOODER, by: 'path', seconds: 60 });
    const file = join(gate.folder, 'bans.nft');
    await expect
      .poll(() => existsSync(file) && readFileSync(file, 'latin1'))
      .toMatch(
        /^add table inet sallyport\nadd set inet sallyport sallyport4 .*\nflush set .*\nadd element inet sallyport sallyport4 \{ 127\.0\.0\.2 timeout \d+s \}\n/,
      );
    await gate.gateway.floods.remove(FLOODER);
    await expect.poll(() => readFileSync(file, 'latin1')).not.toContain('add element');
  });

  it('a program that goes on holds nobody up', async () => {
    const fifo = join(testFolder(), 'end');
    expect(spawnSync('mkfifo', [fifo]).status).toBe(0);
    const gate = await startGate((await startUpstream()).port, {
      yaml: `floods: { path: { requests: 1 }, hooks: { program: [/bin/cat, ${fifo}], timeout: 2 m } }`,
    });
    expect(await statusesOf(gate, 10)).toEqual([200, ...times(9, 429)]);
    // It has been reading all the time: this opens only for a reader that is there.
    await writeFile(fifo, '');
    expect(await gate.errorLog()).not.toContain('/bin/cat');
  });

  it('a program that hangs is killed', async () => {
    const gate = await startGate((await startUpstream()).port, {
      yaml: 'floods: { path: { requests: 1 }, hooks: { program: [/bin/sleep, "100"], timeout: 300 ms } }',
    });
    await statusesOf(gate, 2);
    await expect.poll(() => gate.errorLog()).toContain('/bin/sleep took longer than 300 ms and was killed');
  });
});
