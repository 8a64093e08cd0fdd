/** Which files a command about rules means, and how they are read. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RuleSource, WafOptions } from '@sallyport/engine';
import { createNodePrograms, createNodeResolver, nodeFiles } from '@sallyport/engine/node';
import type { Config } from '../config/config.ts';
import { ConfigError, defaultConfig, loadConfig } from '../config/load.ts';
import { type ConfiguredRuleSet, configuredRuleSets } from '../waf/configured-rule-sets.ts';
import { chooseRuleSet, type RuleSet } from '../waf/rule-set.ts';

/** What rules may need to load. Nothing of it is used: inspected rules never run. */
export const inspectionServices: Pick<WafOptions, 'resolver' | 'programs'> = {
  resolver: createNodeResolver(),
  programs: createNodePrograms(),
};

/**
 * Files behind the words of a command line: a pattern stands for the files it matches, a folder for the `.conf` files in it.
 * Throws with one line when nothing is found.
 */
export function expandFiles(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => {
    if (existsSync(word) && !statSync(word).isDirectory()) return [word];
    const isFolder = existsSync(word);
    if (!isFolder && !/[*?[]/.test(word)) throw new Error(`there is no file ${word}`);
    const found = nodeFiles.list(isFolder ? join(word, '*.conf') : word);
    if (found.length === 0) throw new Error(`no file matches ${isFolder ? join(word, '*.conf') : word}`);
    return found;
  });
}

export interface RuleSetWords {
  readonly files: readonly string[];
  readonly crs: string | undefined;
  /** Configuration of a gate; its rules count where neither files nor a Core Rule Set are named. */
  readonly config: string | undefined;
  /** One of its `rule_sets`; `rules` stands for those without a name. All of them when absent. */
  readonly ruleSet?: string | undefined;
}

/** The rules a command about one set is about: those named, otherwise those a gate started here would load. */
export function findRuleSet(words: RuleSetWords): RuleSet {
  const { sets } = setsToLookIn({ ...words, ruleSet: words.ruleSet ?? 'rules' });
  const [first] = sets;
  if (first === undefined) throw new Error('there are no rules');
  return first.ruleSet;
}

/**
 * The rule sets a command is about. With the configuration they are those of, where no rules were named besides it. Throws
 * `ConfigError`, or an error of one line.
 */
export function setsToLookIn({ files, crs, config: file, ruleSet: name }: RuleSetWords): {
  readonly config: Config | undefined;
  readonly sets: readonly ConfiguredRuleSet[];
} {
  const isNamed = files.length > 0 || crs !== undefined;
  if (isNamed || file === undefined) {
    if (name !== undefined && name !== 'rules') throw new Error(`--rule-set ${name}: there is no configuration`);
    const config = defaultConfig();
    const rules = { ...config.rules, files: expandFiles(files) };
    const ruleSet = chooseRuleSet({ ...config, rules: crs === undefined ? rules : { ...rules, crs } });
    return { config: undefined, sets: [{ place: 'rules', ruleSet, users: [] }] };
  }
  const { config, mistakes } = loadConfig(file);
  if (config === undefined) throw new ConfigError(mistakes);
  const sets = configuredRuleSets(config);
  const chosen = sets.filter(({ place }) => name === undefined || place === name || place === `rule_sets.${name}`);
  if (chosen.length === 0) {
    const known = sets.map(({ place }) => place.replace('rule_sets.', '')).join(', ');
    throw new Error(`${file} has no rule set "${name}"; there is ${known}`);
  }
  return { config, sets: chosen };
}

/** Rule text of this process as a source of its own; everything else by name. */
export function nameOf(source: RuleSource | string): string {
  return typeof source === 'string' ? source : source.file;
}
