import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultsOf } from '../config/field.ts';
import { runtime } from '../config/sections/applications.ts';
import { checkApplication, findingsOf, isInside } from './checks.ts';
import { REFUSALS } from './refusals.ts';
import type { ApplicationSpec } from './spec.ts';

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: the checks before an application starts need root, to give files to other users');

const APP = 41_001;
const OTHER = 41_002;
const GATE = { uid: 41_000, gid: 41_000 };

let base = '';
let root = '';

/** A root with a program, all of it the application's own. */
beforeEach(() => {
  if (!isRoot) return;
  base = realpathSync(mkdtempSync(join(tmpdir(), 'checks-')));
  root = join(base, 'app');
  for (const folder of [root, join(root, 'bin'), join(base, 'app2')]) mkdirSync(folder, { mode: 0o755 });
  for (const file of ['app/bin/run', 'app/main.mjs', 'app2/run']) {
    writeFileSync(join(base, file), '#!/bin/sh\n');
    chmodSync(join(base, file), 0o750);
  }
  for (const path of ['app', 'app/bin', 'app/bin/run', 'app/main.mjs', 'app2', 'app2/run']) give(path);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function give(path: string, uid: number = APP, gid: number = APP): void {
  chownSync(join(base, path), uid, gid);
}

function spec(changes: Partial<ApplicationSpec> = {}): ApplicationSpec {
  return {
    ...defaultsOf(runtime),
    name: 'app',
    account: { uid: APP, gid: APP },
    user: 'app',
    root,
    directory: root,
    command: [join(root, 'bin/run')],
    skipped: new Set(),
    ...changes,
  };
}

const codes = (changes?: Partial<ApplicationSpec>): readonly string[] =>
  findingsOf(spec(changes), GATE).map(({ refusal }) => refusal.code);

describe.runIf(isRoot)('before an application starts', () => {
  it('nothing is wrong with files that are its own, or of root', () => {
    expect(codes()).toEqual([]);
    for (const path of ['app', 'app/bin', 'app/bin/run']) give(path, 0, 0);
    expect(codes()).toEqual([]);
    expect(codes({ command: ['/bin/sh', join(root, 'main.mjs')] })).toEqual([]);
    expect(codes({ command: ['/bin/sh', 'main.mjs', '--port', '1'] })).toEqual([]);
  });

  const at = (path: string): string => join(base, path);
  it.each<[keyof typeof REFUSALS, () => unknown]>([
    ['userIsRoot', () => ({ account: { uid: 0, gid: APP } })],
    ['userTooLow', () => ({ account: { uid: 99, gid: APP }, minGid: 1 })],
    ['groupIsRoot', () => ({ account: { uid: APP, gid: 0 } })],
    ['groupTooLow', () => ({ account: { uid: APP, gid: 99 } })],
    ['isGate', () => ({ account: { uid: GATE.uid, gid: APP } })],
    ['noRoot', () => ({ root: at('none') })],
    ['noRoot', () => ({ root: at('app/main.mjs') })],
    ['directoryOutside', () => ({ directory: at('app2') })],
    ['directoryNone', () => ({ directory: at('app/none') })],
    ['directoryWritable', () => chmodSync(at('app'), 0o775)],
    ['directoryWritable', () => chmodSync(at('app'), 0o757)],
    ['directoryOwner', () => give('app', OTHER)],
    ['directoryOwner', () => give('app', APP, OTHER)],
    ['programRelative', () => ({ command: ['bin/run'] })],
    ['programRelative', () => ({ command: [`${root}/bin/../bin/run`] })],
    ['programMissing', () => ({ command: [at('app/none')] })],
    [
      'programIsLink',
      () => {
        symlinkSync('bin/run', at('app/link'));
        return { command: [at('app/link')] };
      },
    ],
    [
      // A link that leads out of the root is none to a program of the system.
      'programIsLink',
      () => {
        symlinkSync('/bin/sh', at('app/shell'));
        return { command: [at('app/shell')] };
      },
    ],
    ['programNoFile', () => ({ command: [at('app/bin')] })],
    ['programWritable', () => chmodSync(at('app/bin/run'), 0o770)],
    ['programWritable', () => chmodSync(at('app/bin/run'), 0o752)],
    ['programSetId', () => chmodSync(at('app/bin/run'), 0o4750)],
    ['programSetId', () => chmodSync(at('app/bin/run'), 0o2750)],
    ['programOwner', () => give('app/bin/run', OTHER)],
    ['programOwner', () => give('app/bin/run', APP, OTHER)],
    ['programNotExecutable', () => chmodSync(at('app/bin/run'), 0o640)],
    ['parentWritable', () => chmodSync(at('app/bin'), 0o777)],
    ['parentOwner', () => give('app/bin', OTHER)],
    ['systemProgram', () => ({ command: [at('app2/run')] })],
    [
      'programWritable',
      () => {
        chmodSync(at('app/main.mjs'), 0o666);
        return { command: ['/bin/sh', 'main.mjs'] };
      },
    ],
    [
      'programOwner',
      () => {
        give('app/main.mjs', OTHER);
        return { command: ['/bin/sh', '{root}/main.mjs'] };
      },
    ],
  ])('%s', (name, change) => {
    // Whatever else a change returns, it has changed a file.
    const made = change();
    const changes: Partial<ApplicationSpec> = typeof made === 'object' && made !== null ? made : {};
    const { code, canBeSkipped } = REFUSALS[name];
    expect(codes(changes)).toContain(code);
    expect(() => checkApplication(spec(changes), GATE)).toThrow(/^application app: SP40/);
    // Left out, this one is silent, and only this one.
    const left = codes({ ...changes, skipped: new Set([code]) });
    expect(left).toEqual(canBeSkipped ? codes(changes).filter((one) => one !== code) : codes(changes));
  });
});

it.each([
  ['/srv/www', '/srv/www', true],
  ['/srv/www/x', '/srv/www', true],
  ['/srv/www2', '/srv/www', false],
  ['/srv', '/srv/www', false],
  ['/srv', '/', true],
])('%s in %s: %s', (path, folder, isIn) => {
  expect(isInside(path, folder)).toBe(isIn);
});

it('every refusal has a code of its own', () => {
  const all = Object.values(REFUSALS).map(({ code }) => code);
  expect(new Set(all).size).toBe(all.length);
});
