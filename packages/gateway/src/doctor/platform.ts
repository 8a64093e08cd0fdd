import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Examination, Finding } from './examination.ts';

/** Programs that make workers safer, what each is for, and whether this configuration cannot do without. */
export const platform: Examination = {
  name: 'platform',
  examine(config) {
    const isLinux = process.platform === 'linux';
    const found: Finding[] = [
      {
        severity: isLinux ? 'fine' : 'weak',
        what: `${process.platform} on ${process.arch}`,
        ...(!isLinux && {
          hint: 'confinement of workers, affinity, sallyport ps and systemd notices are for Linux; the rest works',
        }),
      },
    ];
    if (process.platform === 'win32') {
      found.push({ severity: 'wrong', what: 'inherited sockets do not exist on Windows', hint: 'workers.count: 0' });
    }
    const mustConfine = config?.workers.confine === 'require';
    found.push(
      tool(
        'setpriv',
        ['--no-new-privs', '--pdeathsig=KILL', '--', 'true'],
        'workers without new privileges',
        mustConfine,
      ),
      tool('taskset', ['--version'], 'workers.affinity', (config?.workers.affinity.length ?? 0) > 0),
    );
    if (isLinux) found.push({ severity: 'fine', what: `Linux ${release()}` });
    return found;
  },
};

function tool(program: string, words: readonly string[], purpose: string, isNeeded: boolean): Finding {
  if (spawnSync(program, words).status === 0) return { severity: 'fine', what: `${program}: ${purpose}` };
  return {
    severity: isNeeded ? 'wrong' : 'weak',
    what: `${program} is not here or does not work: no ${purpose}`,
    hint: 'it comes with util-linux',
  };
}

function release(): string {
  try {
    return readFileSync('/proc/sys/kernel/osrelease', 'latin1').trim();
  } catch {
    return 'of unknown version';
  }
}
