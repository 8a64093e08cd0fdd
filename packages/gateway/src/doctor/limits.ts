import { readFileSync } from 'node:fs';
import type { Examination, Finding } from './examination.ts';

/** Descriptors a worker needs besides connections: logs, rules, sockets, upstreams. */
const BESIDES = 200;
/** A connection of a client, one to the upstream, perhaps a file for its body. */
const PER_CONNECTION = 2;

export const limits: Examination = {
  name: 'limits',
  examine(config) {
    const open = softLimit('Max open files');
    if (open === undefined)
      return [{ severity: 'weak', what: 'the limit of open files cannot be read on this platform' }];
    const wanted = (config?.limits.connections ?? 1000) * PER_CONNECTION + BESIDES;
    const found: Finding[] = [
      open >= wanted
        ? {
            severity: 'fine',
            what: `${open} open files for limits.connections ${config?.limits.connections ?? ''}`.trimEnd(),
          }
        : {
            severity: 'weak',
            what: `${open} open files are allowed, and limits.connections may need ${wanted}`,
            hint: `ulimit -n ${wanted}, LimitNOFILE=${wanted} in the unit, or fewer connections`,
          },
    ];
    const core = softLimit('Max core file size');
    if (core !== undefined && core > 0) {
      found.push({
        severity: 'weak',
        what: 'a crash may write memory to a core file',
        hint: 'ulimit -c 0: it can hold keys',
      });
    }
    return found;
  },
};

/** A soft limit of this process; infinite ones are `Infinity`. Undefined where there is no /proc. */
function softLimit(name: string): number | undefined {
  let text: string;
  try {
    text = readFileSync('/proc/self/limits', 'latin1');
  } catch {
    return undefined;
  }
  const value = new RegExp(`^${name}\\s+(\\S+)`, 'm').exec(text)?.[1];
  return value === 'unlimited' ? Number.POSITIVE_INFINITY : Number(value);
}
