/** Settings of the kernel that make a broken-in process worth less. */
import { readFileSync } from 'node:fs';
import type { Examination, Finding } from './examination.ts';

interface Setting {
  /** Below `/proc/sys`, with slashes. */
  readonly path: string;
  readonly isSafe: (value: number) => boolean;
  /** The value to set. */
  readonly wanted: number;
  /** What it is good for. */
  readonly why: string;
}

const SETTINGS: readonly Setting[] = [
  {
    path: 'kernel/yama/ptrace_scope',
    isSafe: (value) => value >= 1,
    wanted: 1,
    why: 'processes of one user cannot read each others memory, where keys are',
  },
  {
    path: 'kernel/randomize_va_space',
    isSafe: (value) => value === 2,
    wanted: 2,
    why: 'nobody knows addresses in memory beforehand',
  },
  {
    path: 'fs/protected_symlinks',
    isSafe: (value) => value === 1,
    wanted: 1,
    why: 'a link in a folder for everybody leads nobody astray',
  },
  {
    path: 'fs/protected_hardlinks',
    isSafe: (value) => value === 1,
    wanted: 1,
    why: 'nobody keeps files of others alive by links to them',
  },
  {
    path: 'fs/suid_dumpable',
    isSafe: (value) => value === 0,
    wanted: 0,
    why: 'programs that have changed their user leave no memory on disk',
  },
  {
    path: 'kernel/dmesg_restrict',
    isSafe: (value) => value === 1,
    wanted: 1,
    why: 'messages of the kernel, with addresses in them, are for root',
  },
  {
    path: 'kernel/kptr_restrict',
    isSafe: (value) => value >= 1,
    wanted: 1,
    why: 'addresses of the kernel are for root',
  },
  {
    path: 'net/ipv4/tcp_syncookies',
    isSafe: (value) => value >= 1,
    wanted: 1,
    why: 'half-open connections do not use up the queue of a port',
  },
];

export const kernel: Examination = {
  name: 'kernel',
  examine: () => kernelFindings((path) => readSetting(`/proc/sys/${path}`)),
};

/** `read` gives the text of a setting; undefined where this kernel does not have it. */
export function kernelFindings(read: (path: string) => string | undefined): readonly Finding[] {
  return SETTINGS.flatMap(({ path, isSafe, wanted, why }): readonly Finding[] => {
    const text = read(path)?.trim();
    if (text === undefined || !/^-?\d+$/.test(text)) return [];
    const name = path.replaceAll('/', '.');
    if (isSafe(Number(text))) return [{ severity: 'fine', what: `${name} = ${text}` }];
    return [{ severity: 'weak', what: `${name} = ${text}`, hint: `sysctl ${name}=${wanted}: ${why}` }];
  });
}

function readSetting(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
