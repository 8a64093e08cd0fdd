import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { formatDiagnostic } from '@sallyport/engine';
import { nodeFiles } from '@sallyport/engine/node';
import { describe, expect, it } from 'vitest';
import { lintChecks } from './checks/index.ts';
import { lint } from './lint.ts';

const codesOf = (text: string, isComplete = true): string[] =>
  lint({ rules: [{ file: 'rules.conf', text }], files: nodeFiles, isComplete }).findings.map(({ code }) => code);

describe.each(lintChecks.map((check) => [check.code, check] as const))('%s', (code, check) => {
  it(`reports: ${check.title}`, () => expect(new Set(codesOf(check.example))).toEqual(new Set([code])));
  it('is content with what is written instead', () => expect(codesOf(check.instead)).toEqual([]));
});

describe('lint', () => {
  it('has ascending codes', () => {
    const codes = lintChecks.map(({ code }) => code);
    expect(codes).toEqual([...new Set(codes)].sort());
  });
  it.each([
    ['plain text of a few letters stays a pattern', 'SecRule ARGS "@rx ab" "id:1,phase:2,pass"', []],
    ['texts in any case', 'SecRule ARGS "@rx (?i)(?:wget|curl|ncat)" "id:1,phase:2,pass"', ['SL4301']],
    ['texts after lowercase', 'SecRule ARGS "@rx wget|curl|ncat" "id:1,phase:2,pass,t:lowercase"', ['SL4301']],
    ['texts in one case', 'SecRule ARGS "@rx wget|curl|ncat" "id:1,phase:2,pass"', []],
    ['texts with a blank', 'SecRule ARGS "@rx (?i)get it|curl|ncat" "id:1,phase:2,pass"', []],
    ['a dot that is escaped', 'SecRule ARGS "@rx a\\.example\\.com" "id:1,phase:2,pass"', ['SL4301']],
    [
      'decoders after lowercase bring capitals',
      'SecRule ARGS "@rx ^[A-Z]" "id:1,phase:2,pass,t:lowercase,t:jsDecode"',
      [],
    ],
    ['optional capitals after lowercase', 'SecRule ARGS "@rx ^A?b" "id:1,phase:2,pass,t:lowercase"', []],
    [
      'a capture a later rule looks at',
      'SecRule ARGS "@rx (a+)b" "id:1,phase:2,pass,capture"\nSecRule TX:1 "@streq aa" "id:2,phase:2,pass"',
      [],
    ],
    [
      'TX:1 in a text without capture',
      'SecRule ARGS "@rx (a+)b" "id:1,phase:2,pass,capture"\nSecRule ARGS "@rx b+c" "id:2,phase:2,pass,logdata:\'%{TX.1}\'"',
      ['SL4502'],
    ],
    [
      'an exclusion whose rule runs later',
      'SecAction "id:1,phase:1,pass,nolog,ctl:ruleRemoveById=2"\nSecRule ARGS "@rx b+c" "id:2,phase:2,pass"',
      [],
    ],
    ['an exclusion for nobody', 'SecAction "id:1,phase:1,pass,nolog,ctl:ruleRemoveById=3"', ['SL4853']],
    [
      'a variable that a pattern reads',
      'SecAction "id:1,phase:1,pass,nolog,setvar:tx.ab=5"\nSecRule TX:/^a/ "@gt 4" "id:2,phase:1,pass"',
      [],
    ],
    [
      'a key made by a macro',
      'SecAction "id:1,phase:1,pass,nolog,setvar:tx.score_%{REMOTE_ADDR}=5"\nSecRule TX:score_x "@gt 4" "id:2,phase:1,pass"',
      [],
    ],
  ])('%s', (_title, text, codes) => {
    expect(codesOf(`${text}\n`)).toEqual(codes);
  });
  it('says nothing about other files when there are others', () => {
    const text = 'SecAction "id:1,phase:1,pass,nolog,setvar:tx.a=1,skipAfter:END"\nSecRuleRemoveById 7\nSecMarker X\n';
    expect(codesOf(text, false)).toEqual([]);
    expect(new Set(codesOf(text))).toEqual(new Set(['SL2704', 'SL4601', 'SL2601', 'SL4702']));
  });
  it('leaves out what a comment in front of the rule says', () => {
    const rule = 'SecRule ARGS \\\n    "@rx ^(?!a)" \\\n    "id:1,phase:2,pass"\n';
    expect(codesOf(rule)).toEqual(['SL4302']);
    expect(codesOf(`# lint-ignore SL4302 short values only\n# and more\n${rule}`)).toEqual([]);
    expect(codesOf(`# lint-ignore SL4301\n${rule}`)).toEqual(['SL4302']);
    expect(codesOf(`# lint-ignore SL4302\n${rule}${rule.replace('id:1', 'id:2')}`)).toEqual(['SL4302']);
  });
  it('points at the place and says what to write', () => {
    const { findings } = lint({
      rules: [{ file: 'a.conf', text: 'SecRule REQUEST_HEADERS:Host "!@rx ^www.example.com$" "id:1,phase:1,pass"\n' }],
      files: nodeFiles,
      isComplete: true,
    });
    expect(findings).toEqual([
      expect.objectContaining({
        code: 'SL4303',
        severity: 'warning',
        message: 'the dots in www.example.com stand for any byte',
        hint: 'write www\\.example\\.com',
        span: expect.objectContaining({ start: expect.objectContaining({ line: 1, column: 37 }) }),
      }),
    ]);
  });
});

const shared = process.env['SALLYPORT_SHARED'] ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));

/** Published rule sets are written with care: what is found in them is noise, or a mistake of theirs that we know. */
const published = [
  { name: 'CRS 4', setup: `${shared}/crs/crs-setup.conf.example`, rules: `${shared}/crs/rules`, most: 12 },
  {
    name: 'CRS 3.3 of the distribution',
    setup: '/etc/modsecurity/crs/crs-setup.conf',
    rules: '/usr/share/modsecurity-crs/rules',
    most: 50,
  },
];

describe.each(published)('$name', ({ setup, rules: folder, most }) => {
  it.skipIf(!existsSync(setup) || !existsSync(folder))(
    `gives at most ${most} warnings (skipped without ${folder})`,
    () => {
      const rules = [setup, ...nodeFiles.list(`${folder}/*.conf`)];
      const { findings } = lint({ rules, files: nodeFiles, isComplete: true });
      expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(findings.length).toBeGreaterThan(0);
      expect(findings.length, findings.map(formatDiagnostic).join('\n')).toBeLessThanOrEqual(most);
    },
    60_000,
  );
});
