import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { firstExisting } from './processes.ts';

/** A rule set and how it is loaded, the same files in the same order for every engine. */
export interface RuleSet {
  readonly name: string;
  readonly setup: string;
  readonly rules: readonly string[];
}

/** CRS 3.3.4 of Debian's package and the newest CRS beside the checkout, as far as they are there. */
export function installedRuleSets(): readonly RuleSet[] {
  const shared = process.env['SALLYPORT_SHARED'] ?? fileURLToPath(new URL('../../../shared', import.meta.url));
  const found: RuleSet[] = [];
  const debianSetup = firstExisting(['/etc/modsecurity/crs/crs-setup.conf']);
  if (debianSetup !== undefined) {
    found.push({ name: 'CRS 3.3.4', setup: debianSetup, rules: confFiles('/usr/share/modsecurity-crs/rules') });
  }
  const newest = firstExisting([`${shared}/crs/crs-setup.conf.example`]);
  if (newest !== undefined) {
    found.push({ name: 'CRS 4.28', setup: newest, rules: confFiles(`${shared}/crs/rules`) });
  }
  return found;
}

/** The rule that sets the paranoia level; it stands behind the set-up file. */
export function paranoiaRule(level: 1 | 4): string {
  return `SecAction "id:90099,phase:1,nolog,pass,t:none,setvar:tx.paranoia_level=${level},setvar:tx.blocking_paranoia_level=${level},setvar:tx.detection_paranoia_level=${level}"`;
}

/**
 * What stands behind the rules: at level 4 three are taken out that nobody can use as they are, 920273, which refuses every blank
 * in an argument, 921180, which refuses every list in JSON, and 920272, with which libmodsecurity, which takes the whole of an upload for
 * `REQUEST_BODY`, refuses every picture.
 */
export function exclusionsFor(level: 1 | 4): string {
  return level === 4 ? 'SecRuleRemoveById 920272 920273 921180' : '';
}

function confFiles(directory: string): readonly string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.conf'))
    .sort()
    .map((name) => `${directory}/${name}`);
}
