/** An application in a process of its own, that can be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('./backend-server.ts', import.meta.url));

export interface Backend {
  readonly port: number;
  /** Requests it has answered since it was started. */
  count(): Promise<number>;
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>;
}

export interface BackendSettings {
  readonly address?: string;
  /** 0: any. */
  readonly port?: number;
  /** Words put in front of the command. */
  readonly wrapper?: readonly string[];
}

/** Rejects when it ends without listening. */
export async function startBackend({
  address = '127.0.0.1',
  port = 0,
  wrapper = [],
}: BackendSettings = {}): Promise<Backend> {
  const [program = '', ...words] = [...wrapper, process.execPath, SERVER, address, String(port)];
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const taken = await portOf(child);
  return {
    port: taken,
    async count() {
      const response = await fetch(`http://${address}:${taken}/count`);
      return Number(await response.text());
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function portOf(child: ChildProcess): Promise<number> {
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  while (!/listening \d+\n/.test(said)) {
    if (child.exitCode !== null) throw new Error(`the backend ended: ${said}`);
    await Promise.race([once(child.stdout as never, 'data'), once(child, 'exit')]);
  }
  return Number(/listening (\d+)/.exec(said)?.[1]);
}
