import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkPassable, SocketFolder } from './socket-folder.ts';

const SELF = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const GATE = { uid: SELF.uid, gid: SELF.uid === 0 ? 41_000 : SELF.gid };
let base = '';
let folder: SocketFolder;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 's-')));
  folder = new SocketFolder(base, GATE);
});
afterEach(() => rmSync(base, { recursive: true }));

it('gives a socket a second name that only the gate can change, for its workers to connect to', async () => {
  const path = folder.prepare('blog', SELF, 1);
  const server = createServer().listen(path);
  await once(server, 'listening');
  const published = folder.publish(path, 'blog', SELF, 1);
  expect(lstatSync(published).ino).toBe(lstatSync(path).ino);
  expect(statSync(published)).toMatchObject({ uid: SELF.uid, gid: GATE.gid });
  expect(statSync(published).mode & 0o777).toBe(0o660);
  expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
  folder.withdraw(path, published);
  folder.release('blog');
  expect(existsSync(published) || existsSync(join(path, '..'))).toBe(false);
  folder.remove();
  expect(readdirSync(base)).toEqual([]);
  server.close();
});

it('takes nothing but a socket of the application', async () => {
  const other = join(base, 'other.sock');
  const server = createServer().listen(other);
  await once(server, 'listening');
  const path = folder.prepare('blog', SELF, 1);
  symlinkSync(other, path);
  expect(() => folder.publish(path, 'blog', SELF, 1)).toThrow(/is no socket of user/);
  rmSync(path);
  writeFileSync(path, '');
  expect(() => folder.publish(path, 'blog', SELF, 1)).toThrow(/is no socket of user/);
  rmSync(path);
  const own = createServer().listen(path);
  await once(own, 'listening');
  expect(() => folder.publish(path, 'blog', { uid: SELF.uid + 1, gid: 0 }, 1)).toThrow(/is no socket of user/);
  server.close();
  own.close();
});

it('leaves alone what an application has left behind', () => {
  const path = folder.prepare('blog', SELF, 1);
  writeFileSync(join(path, '..', 'kept'), '');
  folder.release('blog');
  folder.remove();
  expect(existsSync(join(path, '..', 'kept'))).toBe(true);
});

it('says which folder on the way nobody else can enter', () => {
  const inner = join(base, 'a', 'b');
  mkdirSync(inner, { recursive: true });
  chmodSync(base, 0o711);
  expect(() => checkPassable(inner)).not.toThrow();
  chmodSync(join(base, 'a'), 0o700);
  expect(() => checkPassable(inner)).toThrow(`cannot pass through ${join(base, 'a')} (mode 0700); chmod o+x it`);
});

it('says when a path is too long', () => {
  expect(() => folder.prepare('x'.repeat(100), SELF, 1)).toThrow(/is too long for a socket; a shorter run_dir helps/);
});
