import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Config, RulesConfig } from '../config/config.ts';
import { defaultConfig } from '../config/load.ts';
import { chooseNamedRuleSet, chooseRuleSet, fetchedCrsFolder } from './rule-set.ts';

function crsAt(folder: string, setup: string): void {
  mkdirSync(join(folder, 'rules'), { recursive: true });
  writeFileSync(join(folder, setup), '');
  for (const name of ['B.conf', 'A.conf', 'data.data']) writeFileSync(join(folder, 'rules', name), '');
}

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rules-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const withRules = (rules: Partial<RulesConfig>, more: Partial<Config> = {}): Config => {
  const config = defaultConfig();
  return { ...config, ...more, rules: { ...config.rules, ...rules } };
};

const names = (config: Config, environment = {}): string[] =>
  chooseRuleSet(config, environment).rules.map((rule) =>
    typeof rule === 'string' ? basename(rule) : rule.text.trim(),
  );

it('a Core Rule Set has base settings before it and own files after it', () => {
  const folder = temporary();
  crsAt(folder, 'crs-setup.conf.example');
  expect(names(withRules({ crs: folder, files: ['/own.conf'] }))).toEqual([
    'base.conf',
    'crs-setup.conf.example',
    'A.conf',
    'B.conf',
    'own.conf',
  ]);
  writeFileSync(join(folder, 'crs-setup.conf'), '');
  const [, setup, paranoia] = names(withRules({ crs: folder, paranoia: 3 }));
  expect(setup).toBe('crs-setup.conf');
  expect(paranoia).toContain('tx.blocking_paranoia_level=3');
  // Version 3 of the rules, which Debian packages, reads these.
  expect(paranoia).toContain('setvar:tx.paranoia_level=3,setvar:tx.executing_paranoia_level=3');
});

it('own files stand alone', () => {
  expect(names(withRules({ files: ['/one.conf', '/two.conf'], engine: 'DetectionOnly' }))).toEqual([
    'one.conf',
    'two.conf',
    'SecRuleEngine DetectionOnly',
  ]);
});

it('a fetched rule set is found by itself', () => {
  const environment = { XDG_DATA_HOME: temporary() };
  crsAt(fetchedCrsFolder(environment), 'crs-setup.conf');
  expect(chooseRuleSet(defaultConfig(), environment).name).toBe(`OWASP CRS at ${fetchedCrsFolder(environment)}`);
});

it('an audit log that was asked for is written', () => {
  const config = withRules({ files: ['/one.conf'] }, { logs: { ...defaultConfig().logs, audit: '/audit' } });
  expect(names(config)).toEqual(['SecAuditEngine RelevantOnly', 'one.conf', 'SecAuditLog /audit']);
});

it('a limit of parts is set before everything else', () => {
  const { limits } = defaultConfig();
  expect(names(withRules({ files: ['/one.conf'] }, { limits: { ...limits, parts: 7 } }))).toEqual([
    'SecRequestBodyPartsLimit 7',
    'one.conf',
  ]);
});

it('patterns name their files, and must name some', () => {
  const folder = temporary();
  crsAt(folder, 'crs-setup.conf');
  expect(names(withRules({ files: [join(folder, 'rules', '*.conf')] }))).toEqual(['A.conf', 'B.conf']);
  expect(() => names(withRules({ files: [join(folder, '*.none')] }))).toThrow(`no file matches ${folder}/*.none`);
  expect(() => names(withRules({ crs: join(folder, 'rules') }))).toThrow('is not a Core Rule Set');
});

it('a named set has the rules of the configuration, unless it names its own', () => {
  const folder = temporary();
  crsAt(folder, 'crs-setup.conf');
  const config: Config = {
    ...withRules({ crs: folder, files: ['/own.conf'], paranoia: 1 }),
    ruleSets: new Map([
      ['strict', { paranoia: 4 }],
      ['other', { files: ['/other.conf'], engine: 'DetectionOnly' }],
      ['both', { crs: folder }],
    ]),
  };
  const namesOf = (set: string): string[] =>
    chooseNamedRuleSet(config, set, {}).rules.map((rule) =>
      typeof rule === 'string' ? basename(rule) : rule.text.trim().replace(/.*(blocking_paranoia_level=\d).*/, '$1'),
    );
  const crs = ['base.conf', 'crs-setup.conf', 'blocking_paranoia_level=4', 'A.conf', 'B.conf'];
  expect(namesOf('strict')).toEqual([...crs, 'own.conf']);
  expect(namesOf('other')).toEqual(['other.conf', 'SecRuleEngine DetectionOnly']);
  expect(namesOf('both')).toEqual(crs.map((one) => one.replace('4', '1')));
  expect(() => chooseNamedRuleSet(config, 'absent')).toThrow('there is no rule set "absent"');
});
