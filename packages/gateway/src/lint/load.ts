/** Which files a command about rules means, and how they are read. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RuleSource, WafOptions } from '@sallyport/engine';
import { createNodePrograms, createNodeResolver, nodeFiles } from '@sallyport/engine/node';
import { ConfigError, defaultConfig, loadConfig } from '../config/load.ts';
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
}

/** The rules a command is about: those named, otherwise those a gate started here would load. */
export function findRuleSet({ files, crs, config: file }: RuleSetWords): RuleSet {
  const isNamed = files.length > 0 || crs !== undefined;
  const loaded = isNamed || file === undefined ? { config: defaultConfig(), mistakes: [] } : loadConfig(file);
  if (loaded.config === undefined) throw new ConfigError(loaded.mistakes);
  const { config } = loaded;
  if (!isNamed) return chooseRuleSet(config);
  const named = { ...config.rules, files: [...expandFiles(files)] };
  return chooseRuleSet({ ...config, rules: crs === undefined ? named : { ...named, crs } });
}

/** Rule text of this process as a source of its own; everything else by name. */
export function nameOf(source: RuleSource | string): string {
  return typeof source === 'string' ? source : source.file;
}
