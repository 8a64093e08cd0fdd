/** The packages as npm installs them, bundled: what modules find by their own place must be found from there, too. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ask } from './support/client.ts';
import { testFolder } from './support/gate.ts';
import { closedPort, startUpstream } from './support/upstream.ts';

const layOut = fileURLToPath(new URL('../../../scripts/lay-out.mjs', import.meta.url));
/** SHA-512 crypt of the password `one`. */
const HASH = '$6$abcdefgh$kOv7oRybKCvpntMAYMhRmoHvM23WJHO6e98q6wscD0tquDFJkWYkFQYifp4G8wNj8EqofZik1bltBiC4lS3xq.';

it('serves, inspects and compares passwords as an installed program', async () => {
  const folder = testFolder();
  execFileSync(process.execPath, [layOut, folder]);
  const program = join(folder, 'node_modules/sallyport/bin/sallyport.mjs');
  const sallyport = (...words: string[]): string =>
    execFileSync(process.execPath, [program, ...words], { cwd: folder, encoding: 'utf8' });
  const { port: app } = await startUpstream();
  const port = await closedPort();
  writeFileSync(join(folder, 'users'), `ann:${HASH}\n`, { mode: 0o600 });
  writeFileSync(
    join(folder, 'sallyport.yaml'),
    `listeners: [{ port: ${port} }]
upstreams: { app: "http://127.0.0.1:${app}" }
routes: [{ upstream: app, auth: { providers: staff } }]
auth: { basic: { staff: { file: users } } }
workers: { count: 1 }
logs: { error: error.log }
run_dir: run
tmp_dir: .
`,
  );
  expect(sallyport('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  // Base settings, or all the rules where no Core Rule Set is installed, are files of the package.
  const gate = spawn(process.execPath, [program, 'run'], {
    cwd: folder,
    env: { ...process.env, XDG_DATA_HOME: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void gate.kill('SIGKILL'));
  let complaints = '';
  gate.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  const get = async (path: string, password: string): Promise<number> => {
    const authorization = `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`;
    return (await ask(port, path, { headers: { authorization } })).status;
  };
  await vi.waitFor(() => get('/', 'one'), { timeout: 45_000, interval: 100 });
  expect(await get('/', 'one')).toBe(200);
  expect(await get('/', 'two')).toBe(401);
  expect(await get("/?id=1'%20union%20select%20password%20from%20users--", 'one')).toBe(403);
  expect(sallyport('status')).toContain('serving');
  expect(sallyport('paths')).toContain(`${join(folder, 'node_modules/sallyport')}  (the program)`);
  gate.kill('SIGTERM');
  await once(gate, 'exit');
  expect(complaints).toBe('');
});
