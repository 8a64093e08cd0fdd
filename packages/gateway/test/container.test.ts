/** The program of the container image, run as it is there: with nothing but environment variables. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { ask } from './support/client.ts';
import { CODE_CACHE, runCommand } from './support/command.ts';
import { testFolder } from './support/gate.ts';
import { freePort } from './support/redis.ts';
import { startUpstream } from './support/upstream.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const ATTACK = '/?q=%3Cscript%3Ealert(1)%3C/script%3E';

interface Container {
  readonly folder: string;
  said(): string;
  stop(): Promise<number | null>;
}

async function startContainer(environment: Readonly<Record<string, string>>): Promise<Container> {
  const folder = testFolder();
  const child = spawn(process.execPath, ['--conditions=sallyport-source', MAIN, 'container'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Nothing of this machine: its rule sets, its user's settings.
    env: {
      PATH: process.env['PATH'],
      XDG_DATA_HOME: folder,
      RUNTIME_DIRECTORY: join(folder, 'run'),
      TMPDIR: folder,
      NODE_COMPILE_CACHE: CODE_CACHE,
      ...environment,
    },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
  }
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  await expect.poll(() => /^rules: /m.test(text) || child.exitCode !== null).toBe(true);
  return {
    folder,
    said: () => text,
    async stop() {
      child.kill('SIGTERM');
      return exit;
    },
  };
}

it.each([
  ['On', 403],
  ['DetectionOnly', 200],
])('MODSEC_RULE_ENGINE=%s answers an attack with %i', async (engine, status) => {
  const upstream = await startUpstream();
  const port = await freePort();
  const container = await startContainer({
    BACKEND: `127.0.0.1:${upstream.port}`,
    PORT: String(port),
    MODSEC_RULE_ENGINE: engine,
    BLOCKING_PARANOIA: '1',
    ANOMALY_INBOUND: '5',
    SERVER_NAME: 'localhost',
    MODSEC_PCRE_MATCH_LIMIT: '1000',
  });
  expect(container.said()).toContain('SERVER_NAME is not honoured: every host name is served\n');
  expect(container.said()).toContain('MODSEC_PCRE_MATCH_LIMIT is not honoured: ');
  expect((await ask(port, '/')).status).toBe(200);
  expect((await ask(port, ATTACK)).status).toBe(status);
  const health = ['status', '--quiet', '--socket', join(container.folder, 'run', 'control.sock')];
  expect(await runCommand(health, container.folder)).toEqual({ code: 0, out: '', err: '' });
  expect(await container.stop()).toBe(0);
  expect(await runCommand(health, container.folder)).toMatchObject({ code: 1 });
});

it('does not start with a value that cannot be used', async () => {
  const container = await startContainer({ BACKEND: 'ftp://app', ANOMALY_INBOUND: 'five' });
  expect(container.said()).toMatch(
    /^ANOMALY_INBOUND: "five" is not a number\nBACKEND: "ftp:\/\/app" is not an address/,
  );
});
