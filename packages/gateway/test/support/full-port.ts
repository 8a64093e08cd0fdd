import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { execPath } from 'node:process';
import { onTestFinished } from 'vitest';

const LISTENER = `require('node:net').createServer()
  .listen({ host: '127.0.0.1', port: 0, backlog: 1 }, function () { console.log(this.address().port); });`;
/** More than the system keeps for a listener with the shortest queue. */
const FILLERS = 4;

/** A port to which nobody gets a connection any more, and nobody is refused one: its process stands still, and the queue is full. */
export async function fullPort(): Promise<number> {
  const child = spawn(execPath, ['-e', LISTENER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const fillers: Socket[] = [];
  onTestFinished(() => {
    for (const filler of fillers) filler.destroy();
    child.kill('SIGKILL');
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(String(line));
  child.kill('SIGSTOP');
  for (let count = 0; count < FILLERS; count++) {
    fillers.push(connect(port, '127.0.0.1').on('error', () => {}));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return port;
}
