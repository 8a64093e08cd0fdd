/** Which rules are loaded, and in which order: base settings, Core Rule Set, own files, overrides of the configuration. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { RuleSource } from '@sallyport/engine';
import { nodeFiles } from '@sallyport/engine/node';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import { rulesOf } from '../config/sections/rule-sets.ts';
import { ownFile } from '../own-files.ts';

export interface RuleSet {
  /** For the start message: `OWASP CRS at /usr/share/modsecurity-crs`. */
  readonly name: string;
  readonly rules: readonly (RuleSource | string)[];
}

const ownRules = (file: string): string => ownFile(`rules/${file}`);

/** Settings every rule set of ours starts from. */
const BASE_FILE = ownRules('base.conf');
/** Used when there is neither a Core Rule Set nor a file of rules. */
const BASIC_FILE = ownRules('sallyport-basic.conf');

/** Where distributions put the Core Rule Set. */
const SYSTEM_CRS = '/usr/share/modsecurity-crs';
/** Debian keeps the setup file apart from the rules. */
const SYSTEM_CRS_SETUP = '/etc/modsecurity/crs/crs-setup.conf';

/** Where `sallyport crs install` puts it. */
export function fetchedCrsFolder(environment: Environment = process.env): string {
  return join(environment['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'sallyport', 'crs');
}

/** The rules of `rules`. Throws with one line when a folder that was named is not a Core Rule Set. */
export function chooseRuleSet(config: Config, environment: Environment = process.env): RuleSet {
  const { name, rules } = chooseRules(config, environment);
  return { name, rules: [...limits(config), ...timing(config), ...rules] };
}

/** Those of one of `rule_sets`. */
export function chooseNamedRuleSet(config: Config, name: string, environment: Environment = process.env): RuleSet {
  const set = config.ruleSets.get(name);
  if (set === undefined) throw new Error(`there is no rule set "${name}"`);
  return chooseRuleSet({ ...config, rules: rulesOf(config.rules, set) }, environment);
}

function chooseRules(config: Config, environment: Environment): RuleSet {
  const { crs } = config.rules;
  const files = config.rules.files.flatMap(expand);
  const overrides = overridesOf(config);
  if (crs !== undefined) {
    if (!isCrs(crs)) throw new Error(`${crs} is not a Core Rule Set: there is no rules/*.conf in it`);
    return {
      name: named(`OWASP CRS at ${crs}`, config.rules.files),
      rules: [BASE_FILE, ...crsRules(crs, config), ...files, ...overrides],
    };
  }
  if (files.length > 0)
    return { name: config.rules.files.join(', '), rules: [...audit(config), ...files, ...overrides] };
  const found = [fetchedCrsFolder(environment), SYSTEM_CRS].find(isCrs);
  if (found !== undefined) {
    return { name: `OWASP CRS at ${found}`, rules: [BASE_FILE, ...crsRules(found, config), ...overrides] };
  }
  return { name: 'the built-in rules (no Core Rule Set installed)', rules: [BASE_FILE, BASIC_FILE, ...overrides] };
}

/**
 * Files for `rules.files` that load a Core Rule Set (the installed one when none is named) with settings between its setup and its
 * rules; without one the built-in rules with the settings behind their own.
 */
export function layeredCrs(
  named: string | undefined,
  settings: string,
  environment: Environment = process.env,
): readonly string[] {
  const crs = named ?? [fetchedCrsFolder(environment), SYSTEM_CRS].find(isCrs);
  if (crs === undefined) return [BASE_FILE, settings, BASIC_FILE];
  if (!isCrs(crs)) throw new Error(`${crs} is not a Core Rule Set: there is no rules/*.conf in it`);
  return [BASE_FILE, ...setupFile(crs), settings, join(crs, 'rules', '*.conf')];
}

/** A pattern becomes the files it stands for; a plain name stays, so that a missing file is reported by its name. */
function expand(pattern: string): readonly string[] {
  if (!/[*?[]/.test(pattern)) return [pattern];
  const found = nodeFiles.list(pattern);
  if (found.length === 0) throw new Error(`no file matches ${pattern}`);
  return found;
}

function named(first: string, files: readonly string[]): string {
  return [first, ...files].join(', ');
}

function isCrs(folder: string): boolean {
  const rules = join(folder, 'rules');
  return (
    existsSync(rules) && statSync(rules).isDirectory() && readdirSync(rules).some((file) => file.endsWith('.conf'))
  );
}

function crsRules(folder: string, config: Config): (RuleSource | string)[] {
  return [...setupFile(folder), ...paranoia(config), ...expand(join(folder, 'rules', '*.conf'))];
}

/** The file that sets a rule set up, if there is one. */
function setupFile(folder: string): readonly string[] {
  const setups = [
    join(folder, 'crs-setup.conf'),
    ...(folder === SYSTEM_CRS ? [SYSTEM_CRS_SETUP] : []),
    join(folder, 'crs-setup.conf.example'),
  ];
  const setup = setups.find((file) => existsSync(file));
  return setup === undefined ? [] : [setup];
}

/** Own ids start far above the ranges ModSecurity's registry has given away. */
const PARANOIA_RULE_ID = 22_000_001;
/** Version 4 of the Core Rule Set calls them so, version 3 by the last two names. */
const PARANOIA_VARIABLES = [
  'blocking_paranoia_level',
  'detection_paranoia_level',
  'paranoia_level',
  'executing_paranoia_level',
];

function paranoia({ rules }: Config): RuleSource[] {
  if (rules.paranoia === undefined) return [];
  const settings = PARANOIA_VARIABLES.map((name) => `setvar:tx.${name}=${rules.paranoia}`);
  const text = `SecAction "id:${PARANOIA_RULE_ID},phase:1,pass,nolog,t:none,${settings.join(',')}"\n`;
  return [{ file: 'rules.paranoia', text }];
}

/** Rule files that stand alone get no base settings, but an audit log that was asked for should be written. */
function audit({ logs }: Config): RuleSource[] {
  return logs.audit === undefined ? [] : [{ file: 'logs.audit', text: 'SecAuditEngine RelevantOnly\n' }];
}

/** What the engine assumes without being told. */
const DEFAULT_PARTS = 200;

function limits({ limits: { parts } }: Config): RuleSource[] {
  return parts === DEFAULT_PARTS ? [] : [{ file: 'limits.parts', text: `SecRequestBodyPartsLimit ${parts}\n` }];
}

/** Microseconds from which on a rule is worth a word in the story of a slow request. */
const SLOW_RULE = 1000;

function timing({ logs: { slowRequests } }: Config): RuleSource[] {
  if (slowRequests.threshold === 0 || !slowRequests.timeRules) return [];
  return [{ file: 'logs.slow_requests.time_rules', text: `SecRulePerfTime ${SLOW_RULE}\n` }];
}

function overridesOf({ rules, logs }: Config): RuleSource[] {
  const overrides: RuleSource[] = [];
  if (rules.engine !== undefined) overrides.push({ file: 'rules.engine', text: `SecRuleEngine ${rules.engine}\n` });
  if (logs.audit !== undefined) overrides.push({ file: 'logs.audit', text: `SecAuditLog ${logs.audit}\n` });
  return overrides;
}
