import { expect, it } from 'vitest';
import { type Expectation, findingsOn } from './findings.ts';
import { capabilityNames, type ProcessState, readProcess } from './process-state.ts';

const WORKER: ProcessState = {
  pid: 1,
  name: 'node',
  uid: 1000,
  gid: 1000,
  capabilities: [],
  hasNoNewPrivileges: true,
  seccomp: 0,
  root: '/',
  cwd: '/',
  descriptors: [
    { number: 0, target: '/dev/null', mode: 0o20666 },
    { number: 2, target: '/anywhere/err', mode: 0o100666 },
    { number: 4, target: 'socket:[1]' },
    { number: 5, target: 'anon_inode:[eventpoll]' },
    { number: 6, target: '/var/log/gate/access.log', mode: 0o100640 },
    { number: 7, target: '/var/tmp/gate/body (deleted)', mode: 0o100600 },
  ],
};
const EXPECTED: Expectation = { role: 'worker', uid: 1000, folders: ['/var/log/gate', '/var/tmp/gate'] };
const holding = (target: string, mode = 0o100600): Partial<ProcessState> => ({
  descriptors: [{ number: 9, target, mode }],
});

it.each<[string, Partial<ProcessState>, readonly string[]]>([
  ['nothing wrong', {}, []],
  ['root', { uid: 0, gid: 0, capabilities: ['all'] }, ['runs as root; set workers.user', 'has capabilities: all']],
  ['another user', { uid: 1001 }, ['runs as user 1001 instead of 1000']],
  ['the group of root', { gid: 0 }, ['has the group of root']],
  ['privileges to gain', { hasNoNewPrivileges: false }, ['may gain privileges (no_new_privs is off)']],
  ['an outside file', holding('/etc/shadow'), ['descriptor 9 leads outside: /etc/shadow']],
  [
    'a folder with the same beginning',
    holding('/var/log/gateway/x'),
    ['descriptor 9 leads outside: /var/log/gateway/x'],
  ],
  ['a device', holding('/dev/sda', 0o60660), ['descriptor 9 is a device: /dev/sda']],
  ['a set-id file', holding('/var/log/gate/x', 0o104755), ['descriptor 9 is a set-id file: /var/log/gate/x']],
  [
    'a file others may write',
    holding('/var/log/gate/x', 0o100666),
    ['descriptor 9 is a file others may write: /var/log/gate/x'],
  ],
])('%s', (_name, change, findings) => {
  expect(findingsOn({ ...WORKER, ...change }, EXPECTED)).toEqual(findings);
});

it('a supervisor may be root', () => {
  const state = { ...WORKER, uid: 0, capabilities: ['all'], hasNoNewPrivileges: false };
  expect(findingsOn(state, { ...EXPECTED, role: 'supervisor' })).toEqual([]);
});

it.each([
  ['0000000000000000', []],
  ['0000000000000400', ['net_bind_service']],
  ['00000000000000c0', ['setgid', 'setuid']],
  ['000001ffffffffff', ['all']],
])('capabilities %s', (set, names) => {
  expect(capabilityNames(set)).toEqual(names);
});

it.runIf(process.platform === 'linux')('reads this very process', () => {
  expect(readProcess(process.pid)).toMatchObject({ pid: process.pid, uid: process.getuid?.(), cwd: process.cwd() });
  expect(readProcess(2 ** 30)).toBeUndefined();
});
