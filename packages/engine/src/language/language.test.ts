import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createVocabulary } from '../builtins.ts';
import { asciiBestFitMap } from '../bytes/unicode-map-20127.ts';
import { defaultSettings } from '../compile/default-settings.ts';
import { loadProgram } from '../compile/load/load-program.ts';
import type { FileAccess } from '../contract.ts';
import { createNodeResolver, nodeFiles } from '../node/index.ts';
import { RegexCache } from '../regex/index.ts';
import { printTargets } from '../seclang/printer.ts';
import { type Inspection, inspectRules, meaningCodes, RULE_REGEX_OPTIONS } from './index.ts';

/** `cycle.conf` includes itself, `missing.conf` is listed and cannot be read; there is nothing else. */
const files: FileAccess = {
  read: (path) => {
    if (path === 'cycle.conf') return 'Include cycle.conf\n';
    throw new Error('no such file');
  },
  list: (pattern) => (pattern === 'cycle.conf' || pattern === 'missing.conf' ? [pattern] : []),
  resolve: (_from, path) => path,
};

const inspect = (text: string): Inspection => inspectRules({ rules: [{ file: 'rules.conf', text }], files });

describe('codes about meaning', () => {
  it.each(meaningCodes.filter((code) => code.example !== undefined).map((code) => [code.code, code] as const))(
    '%s is what its example raises',
    (code, { severity, example }) => {
      const found = inspect(example ?? '').diagnostics;
      expect(found).toContainEqual(expect.objectContaining({ code, severity }));
    },
  );
});

describe('inspectRules', () => {
  it('shows rules after defaults, chains and updates', () => {
    const { rules, changes, markers } = inspect(
      [
        'SecDefaultAction "phase:2,log,deny,status:406,t:lowercase"',
        'SecRule ARGS "@rx a" "id:1,phase:2,block,msg:\'one\',tag:t,chain"',
        'SecRule ARGS_NAMES "@rx b" "t:none,t:length"',
        'SecMarker END',
        'SecAction "id:2,phase:1,pass,nolog"',
        'SecRuleUpdateTargetByTag t "!ARGS:x"',
        'SecRuleUpdateActionById 1 "status:400"',
        'SecRuleRemoveById 2',
      ].join('\n'),
    );
    expect(rules.map(({ id, phase, disruption, status, log }) => [id, phase, disruption, status, log])).toEqual([
      [1, 2, 'deny', 400, true],
      [2, 1, 'pass', 403, false],
    ]);
    expect(rules[0]?.links.map((link) => link.transformations.map((one) => one.name))).toEqual([
      ['lowercase'],
      ['length'],
    ]);
    expect(rules[0]?.links.map((link) => printTargets(link.targets.map(({ node }) => node)))).toEqual([
      'ARGS|!ARGS:x',
      'ARGS_NAMES|!ARGS:x',
    ]);
    expect(rules[1]?.removedBy?.span.start.line).toBe(8);
    expect(changes.map((change) => [change.kind, change.rules.map(({ id }) => id)])).toEqual([
      ['targets', [1]],
      ['actions', [1]],
      ['removal', [2]],
    ]);
    expect(markers.map(({ name, span }) => [name, span.start.line])).toEqual([['END', 4]]);
  });

  it('shows what could be understood when there are mistakes', () => {
    const { rules, diagnostics } = inspect('SecRul x\nSecRule ARGS "@nobody" "id:1"\nSecAction "id:2"\n');
    expect(diagnostics.map(({ code }) => code)).toEqual(['SL2001', 'SL2201']);
    expect(rules.map(({ id, links }) => [id, links[0]?.operator])).toEqual([
      [1, undefined],
      [2, undefined],
    ]);
  });

  it('takes lines of blocks that count, and of no others', () => {
    const { lines } = inspect(
      '<IfModule security2_module>\nSecAction "id:1"\n</IfModule>\n<IfModule nobody>\nSecAction "id:2"\n</IfModule>\n',
    );
    expect(lines.map(({ span }) => span.start.line)).toEqual([2]);
  });
});

const crs = '/usr/share/modsecurity-crs/rules';

describe.skipIf(!existsSync(crs))(`the Core Rule Set of the distribution (skipped without ${crs})`, () => {
  it('is seen as the engine runs it', () => {
    const services = { resolver: createNodeResolver() };
    const rules = nodeFiles.list(`${crs}/*.conf`);
    const inspection = inspectRules({ rules, files: nodeFiles, services });
    const vocabulary = createVocabulary();
    const { program } = loadProgram({
      sources: rules,
      files: nodeFiles,
      vocabulary,
      settings: defaultSettings(asciiBestFitMap),
      regexes: new RegexCache(),
      regexOptions: RULE_REGEX_OPTIONS,
      services,
    });
    const seen = inspection.rules
      .filter((rule) => rule.removedBy === undefined)
      .map((rule) => ({
        id: rule.id,
        phase: rule.phase,
        disruption: rule.disruption,
        log: rule.log,
        tags: rule.tags,
        links: rule.links.map((link) => [
          link.targets.filter(({ node }) => !node.isExclusion).map(({ variable }) => variable.name),
          link.transformations.map(({ name }) => name),
          link.node.span.start.line,
        ]),
      }));
    const run = program?.rules.map((rule) => ({
      id: rule.id,
      phase: rule.phase,
      disruption: rule.disruption.kind,
      log: rule.log,
      tags: rule.tags,
      links: rule.links.map((link) => [
        link.targets.map((target) => target.variable.name),
        link.transformations.map(({ name }) => name),
        link.line,
      ]),
    }));
    expect(seen).toEqual(run);
  });
});
