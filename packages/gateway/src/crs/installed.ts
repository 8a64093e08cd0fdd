import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../config/environment.ts';
import { ownFile } from '../own-files.ts';
import { fetchedCrsFolder } from '../waf/rule-set.ts';

/** Where Debian's package puts the rules, and their setup. */
const SYSTEM_FOLDER = '/usr/share/modsecurity-crs';
const SYSTEM_SETUP = '/etc/modsecurity/crs/crs-setup.conf';

/** Folder of the Core Rule Set on this machine: what `sallyport crs install` fetched, else the distribution's. */
export function installedCrs(environment: Environment = process.env): string | undefined {
  return [fetchedCrsFolder(environment), SYSTEM_FOLDER].find((folder) => existsSync(join(folder, 'rules')));
}

/**
 * Rule files for running the Core Rule Set's own regression tests, in load order: engine settings, the set's defaults, the
 * limits its tests assume, its rules.
 */
export function crsTestLayout(folder: string): string[] {
  const setups = [join(folder, 'crs-setup.conf.example'), join(folder, 'crs-setup.conf'), SYSTEM_SETUP];
  const setup = setups.find((file) => existsSync(file));
  return [
    ownRules('crs-tests-before.conf'),
    ...(setup === undefined ? [] : [setup]),
    ownRules('crs-tests-after.conf'),
    join(folder, 'rules', '*.conf'),
  ];
}

function ownRules(file: string): string {
  return ownFile(`rules/${file}`);
}
