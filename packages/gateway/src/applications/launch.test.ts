import { expect, it } from 'vitest';
import { defaultsOf } from '../config/field.ts';
import { runtime } from '../config/sections/applications.ts';
import { checkLimits, launchOf } from './launch.ts';
import type { ApplicationSpec } from './spec.ts';

const SPEC: ApplicationSpec = {
  ...defaultsOf(runtime),
  name: 'blog',
  account: { uid: 41_001, gid: 41_002 },
  user: 'blog',
  root: '/srv/blog',
  directory: '/srv/blog',
  command: ['/srv/blog/run', '--listen={socket}', '{root}/x'],
  environment: new Map([
    ['A', 'b'],
    ['PATH', '/opt/bin'],
    ['SOCKET_PATH', 'mine'],
  ]),
  skipped: new Set(),
};
const isRoot = process.getuid?.() === 0;
const ALL = { hasSetpriv: true, hasPrlimit: true };

it.runIf(isRoot)('limits come first, then the user with nothing to gain, then the program', () => {
  const limits = { files: 64, processes: 9, memory: 1024, fileSize: 2048, core: 0 };
  const { program, words, identity } = launchOf({ ...SPEC, limits }, '/run/s', ALL);
  expect([program, ...words].join(' ')).toBe(
    'prlimit --nofile=64:64 --core=0:0 --nproc=9:9 --as=1024:1024 --fsize=2048:2048 setpriv --reuid=41001 --regid=41002 --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs --pdeathsig=KILL -- /srv/blog/run --listen=/run/s /srv/blog/x',
  );
  expect(identity).toEqual({});
});

it.runIf(isRoot)('without tools the user is changed all the same', () => {
  const { program, identity } = launchOf(SPEC, '/run/s', { hasSetpriv: false, hasPrlimit: false });
  expect(program).toBe('/srv/blog/run');
  expect(identity).toEqual(SPEC.account);
});

it('the environment is made anew, and the socket cannot be lied about', () => {
  process.env['SECRET_OF_THE_GATE'] = 'x';
  expect(launchOf(SPEC, '/run/s', ALL).environment).toEqual({
    PATH: '/opt/bin',
    HOME: '/srv/blog',
    USER: 'blog',
    LOGNAME: 'blog',
    A: 'b',
    SOCKET_PATH: '/run/s',
  });
  delete process.env['SECRET_OF_THE_GATE'];
});

it('limits nobody can set are refused', () => {
  const tools = { hasSetpriv: true, hasPrlimit: false };
  expect(() => checkLimits(SPEC, tools)).not.toThrow();
  const limited = { ...SPEC, limits: { ...SPEC.limits, memory: 1 } };
  expect(() => checkLimits(limited, ALL)).not.toThrow();
  expect(() => checkLimits(limited, tools)).toThrow('application blog: its limits need prlimit');
});
