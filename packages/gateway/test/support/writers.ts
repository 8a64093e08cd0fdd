/** Processes that count in the same store at the same time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const WRITER = fileURLToPath(new URL('../stores/writer.ts', import.meta.url));

export interface Writer {
  readonly child: ChildProcess;
  /** Resolves when it has begun to count. */
  readonly begun: Promise<void>;
  /** What it said, when it has ended: `begin` and `end` when all went well. */
  readonly ended: Promise<string>;
}

export function startWriter(kind: 'disk' | 'redis', place: string, count: number): Writer {
  const child = spawn(process.execPath, ['--conditions=sallyport-source', WRITER, kind, place, String(count)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  onTestFinished(() => {
    if (child.exitCode === null) child.kill('SIGKILL');
  });
  const begun = (async () => {
    while (!said.includes('begin')) await once(child.stdout as never, 'data');
  })();
  begun.catch(() => {});
  return { child, begun, ended: once(child, 'close').then(() => said) };
}
