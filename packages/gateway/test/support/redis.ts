/** A Redis server of the test's own: on a free loopback port or a socket, with nothing kept. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'vitest';

export interface RedisServer {
  readonly url: string;
  readonly process: ChildProcess;
  /** Ends it without warning. */
  kill(): Promise<void>;
}

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;
const mustHavePeers = process.env['CI'] === 'true' || process.env['SALLYPORT_REQUIRE_PEERS'] === '1';

/** `describe` for what needs redis-server; without it a skip that says so, or a failure where nothing may be skipped. */
export function describeRedis(name: string, suite: () => void): void {
  if (isInstalled) {
    describe(name, suite);
    return;
  }
  const what = `${name}: redis-server is not installed (Debian package redis-server)`;
  if (mustHavePeers) {
    it(what, () => {
      throw new Error(what);
    });
  } else {
    it.skip(`SKIPPED: ${what}`, () => {});
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

/** Starts a server and waits until it takes connections. `options` are its command line. */
export async function startRedis(folder: string, port: number, options: readonly string[] = []): Promise<RedisServer> {
  const socket = join(folder, 'redis.sock');
  const child = spawn(
    'redis-server',
    [
      ...['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no', '--dir', folder],
      ...(port === 0 ? ['--unixsocket', socket] : []),
      ...options,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  child.stdout?.setEncoding('latin1').on('data', (text: string) => {
    said += text;
  });
  const ended = once(child, 'close').then(() => {
    throw new Error(`redis-server ended: ${said}`);
  });
  ended.catch(() => {});
  while (!/ready to accept connections/i.test(said)) await Promise.race([once(child.stdout as never, 'data'), ended]);
  return {
    url: port === 0 ? `unix://${socket}` : `redis://127.0.0.1:${port}`,
    process: child,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
