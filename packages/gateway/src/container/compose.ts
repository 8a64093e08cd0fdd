/** Environment variables as the OWASP CRS image takes them → a configuration and rules of ours. */
import type { Environment } from '../config/environment.ts';
import { gateSettings } from './gate-settings.ts';
import { ENGINE_VARIABLES, IGNORED_VARIABLES, RULE_SET_VARIABLES, type Variable } from './variables.ts';

export interface Composition {
  /** The configuration, to be written as YAML. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** SecLang that belongs between the setup file of the rule set and its rules. */
  readonly rules: string;
  /** Variables that are set and cannot be honoured, one line each, with what to do instead. */
  readonly remarks: readonly string[];
  /** Values that cannot be used, one line each; with any, nothing should be started. */
  readonly mistakes: readonly string[];
}

/** Own ids start far above the ranges ModSecurity's registry has given away. */
const SETTINGS_RULE_ID = 22_000_002;

export function compose(environment: Environment): Composition {
  const mistakes: string[] = [];
  const remarks = Object.entries(IGNORED_VARIABLES)
    .filter(([name]) => isSet(environment, name))
    .map(([name, instead]) => `${name} is not honoured: ${instead}`);
  const isManual = environment['MANUAL_MODE'] === '1';
  const lines = [
    ...ENGINE_VARIABLES.flatMap((variable) => {
      const value = usable(variable, environment, mistakes);
      return value === undefined ? [] : [`${variable.directive} "${value}"`];
    }),
    ...(isManual ? [] : ruleSetSettings(environment, mistakes)),
  ];
  const settings = gateSettings(environment, mistakes, remarks);
  return { settings, rules: lines.map((line) => `${line}\n`).join(''), remarks, mistakes };
}

function ruleSetSettings(environment: Environment, mistakes: string[]): readonly string[] {
  const values = new Map<string, string>();
  for (const variable of RULE_SET_VARIABLES) {
    const value = usable(variable, environment, mistakes);
    if (value !== undefined) for (const name of variable.tx ?? []) values.set(name, value);
  }
  // As in the image: what is looked for is at least what blocks.
  const blocking = values.get('blocking_paranoia_level');
  if (blocking !== undefined && !values.has('detection_paranoia_level')) {
    values.set('detection_paranoia_level', blocking).set('executing_paranoia_level', blocking);
  }
  if (values.size === 0) return [];
  const actions = [...values].map(([name, value]) => `setvar:'tx.${name}=${value}'`);
  return [`SecAction "id:${SETTINGS_RULE_ID},phase:1,pass,nolog,t:none,${actions.join(',')}"`];
}

/** The value, if it is set and can be used. */
function usable({ name, kind }: Variable, environment: Environment, mistakes: string[]): string | undefined {
  const value = environment[name]?.trim();
  if (value === undefined || value === '' || value === 'unlimited') return undefined;
  const isFine =
    kind === 'number' ? /^\d{1,15}$/.test(value) : kind === 'switch' ? /^[A-Za-z]{1,20}$/.test(value) : isPlain(value);
  if (isFine) return value;
  const wanted =
    kind === 'number' ? 'a number' : kind === 'switch' ? 'one word' : 'text without quotes, backslashes and macros';
  mistakes.push(`${name}: "${value}" is not ${wanted}`);
  return undefined;
}

/** Nothing that could end the text it is put into, or stand for something else there. */
function isPlain(value: string): boolean {
  return /^[\x20-\x7e]+$/.test(value) && !/["'\\]|%\{/.test(value);
}

export function isSet(environment: Environment, name: string): boolean {
  return (environment[name] ?? '') !== '';
}
