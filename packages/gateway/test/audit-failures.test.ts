/** A93: the audit log on a disk that is full, slow or gone. The gate goes on; what is lost is counted, or nothing happens unseen. */
import { spawnSync } from 'node:child_process';
import {
  createReadStream,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask } from './support/client.ts';
import { type RunningGate, startGate, testFolder } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

const RULES =
  'SecRuleEngine On\nSecRequestBodyAccess On\nSecRequestBodyNoFilesLimit 1048576\nSecAuditEngine On\nSecAuditLogFormat JSON\nSecAuditLogParts ABCFHZ\n';
/** Bytes that may wait in memory for one log. */
const QUEUE = 8 << 20;
const DISK = 256 * 1024;
const PATIENT = { interval: 100 };

async function start(auditLog: string, failure: 'drop' | 'refuse' = 'drop'): Promise<RunningGate> {
  return startGate((await startUpstream()).port, {
    rules: RULES,
    yaml: `logs: { access: access.log, error: error.log, audit: "${auditLog}", audit_failure: ${failure} }`,
  });
}

const get = async ({ port }: RunningGate): Promise<number> => (await ask(port, '/')).status;

/** Its entry has at least as many bytes as the body. */
async function post({ port }: RunningGate, size: number): Promise<number> {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  return (await ask(port, '/', { method: 'POST', headers }, `a=${'x'.repeat(size)}`)).status;
}

function health({ gateway }: RunningGate, file: string) {
  const found = gateway.logs.health.find((one) => one.file === file);
  if (found === undefined) throw new Error(`no log ${file}`);
  return found;
}

/** Every line is a whole entry. */
function entries(file: string): readonly unknown[] {
  const lines = readFileSync(file, 'latin1').split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line): unknown => JSON.parse(line));
}

/** A file system of its own, quarter of a megabyte large; undefined where this user may not mount one. */
function smallDisk(): string | undefined {
  const folder = join(testFolder(), 'disk');
  mkdirSync(folder);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', folder]);
  if (status !== 0) return undefined;
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  return folder;
}

const canMount = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
if (!canMount) console.warn('skipped: a full file system (needs the right to mount one; /dev/full is tried instead)');

describe.runIf(canMount)('A93: a full disk', () => {
  it('drops what there is no room for, counts it, and goes on when there is space again', async () => {
    const disk = smallDisk() ?? expect.fail('no file system could be mounted');
    const log = join(disk, 'audit.log');
    const gate = await start(log);
    const size = 100_000;
    const count = 2 * Math.ceil(QUEUE / size / 2) + 20;
    for (let at = 0; at < count; at++) expect(await post(gate, size)).toBe(200);
    const full = health(gate, log);
    expect(full.failures).toBeGreaterThan(0);
    expect(full.dropped).toBeGreaterThan(0);
    // Room for all that wait.
    expect(spawnSync('mount', ['-o', 'remount,size=64m', disk]).status).toBe(0);
    await expect.poll(() => gate.gateway.logs.isAuditStuck, { timeout: 2500, interval: 50 }).toBe(false);
    expect(await get(gate)).toBe(200);
    await gate.gateway.logs.flush();
    const { written, dropped } = health(gate, log);
    expect(written + dropped).toBe(count + 1);
    expect(entries(log)).toHaveLength(written);
  });

  it('refuses what would leave no trace, where that is asked for', async () => {
    const disk = smallDisk() ?? expect.fail('no file system could be mounted');
    const log = join(disk, 'audit.log');
    writeFileSync(join(disk, 'filler'), Buffer.alloc(DISK - 8192));
    const gate = await start(log, 'refuse');
    let served = 0;
    while ((await post(gate, 5000)) === 200 && served < 50) {
      served++;
      await gate.gateway.logs.flush();
    }
    expect(served).toBeLessThan(50);
    const refused = await ask(gate.port, '/');
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toBeDefined();
    expect(await gate.errorLog()).toContain('SP3004 audit entries cannot be written');
    rmSync(join(disk, 'filler'));
    await expect.poll(() => get(gate), { interval: 50 }).toBe(200);
    await gate.gateway.logs.flush();
    // What had been served before the refusals is all there.
    expect(entries(log)).toHaveLength(served + 1);
    expect(health(gate, log).dropped).toBe(0);
  });
});

describe('A93: /dev/full in place of a full disk', () => {
  it.each(['drop', 'refuse'] as const)('audit_failure: %s', async (failure) => {
    const folder = testFolder();
    const log = join(folder, 'audit.log');
    symlinkSync('/dev/full', log);
    const gate = await start(log, failure);
    expect(await get(gate)).toBe(200);
    await gate.gateway.logs.flush();
    expect(await get(gate)).toBe(failure === 'drop' ? 200 : 503);
    rmSync(log);
    await expect.poll(() => gate.gateway.logs.isAuditStuck, PATIENT).toBe(false);
    expect(await get(gate)).toBe(200);
    await gate.gateway.logs.flush();
    expect(entries(log)).toHaveLength(failure === 'drop' ? 3 : 2);
  });
});

it('A93: a request leaves a trace however much it sends', async () => {
  const log = join(testFolder(), 'audit.log');
  const gate = await start(log, 'refuse');
  // Six bytes each in JSON.
  const file = '\x01'.repeat(2 * (QUEUE / 6));
  const body = `--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n${file}\r\n--b--\r\n`;
  const headers = { 'Content-Type': 'multipart/form-data; boundary=b' };
  expect((await ask(gate.port, '/', { method: 'POST', headers }, body)).status).toBe(200);
  await gate.gateway.logs.flush();
  expect(entries(log)).toHaveLength(1);
  expect(readFileSync(log, 'latin1')).toContain('Request body left out of the audit log');
  expect(health(gate, log)).toMatchObject({ written: 1, dropped: 0 });
});

describe('A93: a log that somebody moves', () => {
  it.each([
    ['renamed', (log: string) => renameSync(log, `${log}.1`)],
    ['removed', (log: string) => rmSync(log)],
    ['removed with its folder, which comes back later', (log: string) => rmSync(join(log, '..'), { recursive: true })],
  ])('%s: entries go to a new file by themselves', async (_name, move) => {
    const folder = join(testFolder(), 'logs');
    mkdirSync(folder);
    const log = join(folder, 'audit.log');
    const gate = await start(log);
    expect(await get(gate)).toBe(200);
    await gate.gateway.logs.flush();
    expect(entries(log)).toHaveLength(1);
    move(log);
    // The file is looked at once a second.
    await wait(1100);
    expect(await get(gate)).toBe(200);
    mkdirSync(folder, { recursive: true });
    await expect.poll(() => statSync(log, { throwIfNoEntry: false })?.size ?? 0, PATIENT).toBeGreaterThan(0);
    expect(entries(log)).toHaveLength(1);
    expect(health(gate, log)).toMatchObject({ written: 2, dropped: 0 });
  });
});

describe('A93: a disk that is slow', () => {
  it('holds no request up, and every entry arrives whole', async () => {
    const pipe = join(testFolder(), 'audit.pipe');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const reader = createReadStream(pipe, { encoding: 'latin1', highWaterMark: 4096 }).pause();
    onTestFinished(() => void reader.destroy());
    const gate = await start(pipe);
    const began = performance.now();
    // Several times what the pipe takes.
    for (let at = 0; at < 30; at++) expect(await post(gate, 20_000)).toBe(200);
    expect(performance.now() - began).toBeLessThan(15_000);
    let received = '';
    reader.on('data', (chunk) => {
      received += String(chunk);
      reader.pause();
      setTimeout(() => reader.resume(), 1);
    });
    reader.resume();
    await expect.poll(() => received.split('\n').length - 1, { timeout: 30_000, interval: 100 }).toBe(30);
    expect(health(gate, pipe).dropped).toBe(0);
    for (const line of received.trimEnd().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
  });
});
