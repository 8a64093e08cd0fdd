import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server under measurement, or one that helps. */
export interface Running {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** A port nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a program on one CPU and waits until it accepts connections. */
export async function startPinned(
  cpu: number,
  command: readonly string[],
  port: number,
  name: string,
): Promise<Running> {
  const output: string[] = [];
  const child = spawn('taskset', ['-c', String(cpu), ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  child.stdout.on('data', (chunk: Buffer) => output.push(String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => output.push(String(chunk)));
  for (let attempt = 0; attempt < 1500; attempt++) {
    if (child.exitCode !== null) break;
    if (await accepts(port)) return { port, pid: child.pid ?? 0, stop: () => stop(child) };
    await sleep(10);
  }
  await stop(child);
  throw new Error(`${name} did not start:\n${output.join('').slice(-2000)}`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Ends the process group that `startPinned` made, and waits for it. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  signal(child.pid, 'SIGTERM');
  const inTime = await Promise.race([ended.then(() => true), sleep(5000).then(() => false)]);
  if (!inTime) {
    signal(child.pid, 'SIGKILL');
    await ended;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // The group has ended by itself.
  }
}

/** First of the paths that exists. */
export function firstExisting(paths: readonly string[]): string | undefined {
  return paths.find((path) => existsSync(path));
}

export function hasCommand(name: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
