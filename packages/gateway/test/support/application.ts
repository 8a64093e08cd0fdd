/** A folder with a small application in it, owned by a user of its own. */
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Users no machine has, so that nothing else belongs to them. */
export const APP_USER = 41_001;
export const OTHER_USER = 41_002;

/** An HTTP application that answers with who and where it is; some paths make it misbehave. */
export const WHO_AM_I = `
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
let kept = [];
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://x');
  if (pathname === '/die') process.exit(3);
  if (pathname === '/child') { response.end(String(spawn('sleep', ['1000'], { stdio: 'ignore' }).pid)); return; }
  if (pathname === '/leak') kept.push(Buffer.alloc(64 * 1024 * 1024, 1));
  if (pathname === '/hang') return;
  if (pathname === '/slow') { setTimeout(() => response.end('slow ' + process.pid), 1000); return; }
  if (pathname === '/status') { response.end(readFileSync('/proc/self/status')); return; }
  if (pathname === '/limits') { response.end(readFileSync('/proc/self/limits')); return; }
  if (pathname === '/files') {
    response.end(readdirSync('/proc/self/fd').map((fd) => { try { return readlinkSync('/proc/self/fd/' + fd); } catch { return ''; } }).join('\\n'));
    return;
  }
  if (pathname === '/read') {
    try { response.end(readFileSync(request.headers['x-path'])); } catch (error) { response.end(error.code); }
    return;
  }
  const { uid, gid } = { uid: process.getuid(), gid: process.getgid() };
  response.end(JSON.stringify({ pid: process.pid, uid, gid, groups: process.getgroups(), umask: process.umask(), cwd: process.cwd(), env: process.env }));
});
console.log('the application says hello');
console.error('and complains');
server.listen(process.env.SOCKET_PATH);
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
`;

/** Makes the folder, everything in it owned by the user. Gives its path. */
export function makeApplication(
  folder: string,
  name: string,
  files: Readonly<Record<string, string>> = { 'app.mjs': WHO_AM_I },
  user: number = APP_USER,
): string {
  const root = join(folder, name);
  mkdirSync(root, { mode: 0o755 });
  chmodSync(root, 0o755);
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(join(root, file), text);
    chmodSync(join(root, file), 0o644);
    if (process.getuid?.() === 0) chownSync(join(root, file), user, user);
  }
  if (process.getuid?.() === 0) chownSync(root, user, user);
  return root;
}
