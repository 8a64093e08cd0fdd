/** Access logs of another server: the gate has them for all sites together. */
import { checkFormat } from '../../logs/log-format/compile-format.ts';
import { checkCondition } from '../../logs/log-format/condition.ts';
import type { Settings } from './draft.ts';
import type { Ledger } from './ledger.ts';
import type { Statement } from './statement.ts';

export interface OldLog {
  readonly at: Statement;
  /** File name as `sallyport.yaml` takes it, or a program after `|`. */
  readonly target: string;
  /** `combined`, or a LogFormat. */
  readonly format: string;
  /** `env=NAME`. */
  readonly condition?: string;
  /** It stands in a site, and is for that site. */
  readonly isOfSite: boolean;
}

/**
 * Those of sites come before those of the server, which are for what no site logs. Of several for different sites only the first
 * is taken: each would get the lines of all.
 */
export function accessLogs(logs: readonly OldLog[], ledger: Ledger): readonly Settings[] {
  const hasSites = logs.some(({ isOfSite }) => isOfSite);
  const taken: OldLog[] = [];
  for (const log of logs) {
    const { at, target, format, condition, isOfSite } = log;
    const mistake = checkFormat(format) ?? (condition === undefined ? undefined : checkCondition(condition));
    const first = taken[0];
    if (mistake !== undefined) ledger.leftOut(at, mistake);
    else if (/^\|\$/.test(target)) ledger.leftOut(at, 'programs are not run through a shell');
    else if (hasSites && !isOfSite) ledger.leftOut(at, 'the sites have logs of their own');
    else if (taken.some((one) => one.target === target && one.format === format))
      ledger.carried(at, `logs.access: ${target}, as before`);
    else if (isOfSite && first !== undefined)
      ledger.leftOut(at, `one access log is for all sites: ${first.target}; %v in its format names the site`);
    else {
      taken.push(log);
      ledger.carried(at, `logs.access: ${target}`, ...(isOfSite ? ['it gets the lines of all sites'] : []));
    }
  }
  return taken.map(({ target, format, condition }) => ({
    ...(target.startsWith('|') ? { program: target.replace(/^\|+/, '').trim().split(/\s+/) } : { file: target }),
    ...(format !== 'combined' && { format }),
    ...(condition !== undefined && { when: [condition] }),
  }));
}
