import { describe, expect, it } from 'vitest';
import { createVocabulary } from '../../builtins.ts';
import { asciiBestFitMap } from '../../bytes/unicode-map-20127.ts';
import type { FileAccess } from '../../contract.ts';
import { RegexCache } from '../../regex/index.ts';
import { formatDiagnostic } from '../../seclang/diagnostics.ts';
import { defaultSettings } from '../default-settings.ts';
import { type LoadResult, loadProgram } from './load-program.ts';

/** Any `N.conf` includes the next one, and `circle-a.conf` and `circle-b.conf` each other; nothing else can be read. */
const files: FileAccess = {
  read: (path) => {
    const [, number] = /^(\d+)\.conf$/.exec(path) ?? [];
    if (number !== undefined) return `SecMarker M\nInclude ${Number(number) + 1}.conf\n`;
    if (path === 'circle-a.conf') return 'Include circle-b.conf\n';
    if (path === 'circle-b.conf') return '\nInclude circle-a.conf\n';
    throw new Error('permission denied');
  },
  list: (pattern) => (pattern === 'none.conf' ? [] : pattern.split('|')),
  resolve: (_from, path) => path,
};

function load(text: string): LoadResult {
  return loadProgram({
    sources: [{ file: 'r', text }],
    files,
    vocabulary: createVocabulary(),
    settings: defaultSettings(asciiBestFitMap),
    regexes: new RegexCache(),
    regexOptions: { dotAll: true, dollarEndOnly: true },
    services: {},
  });
}

/** The rules that a text loads: id, disruption, and the targets of each link. */
function rulesOf(text: string): readonly string[] {
  const { program, diagnostics } = load(text);
  if (program === undefined) throw new Error(diagnostics.all.map(formatDiagnostic).join('\n'));
  return program.rules.map(({ id, disruption, links }) => {
    const targets = links.map((link) => link.targets.map(({ variable }) => variable.name).join('|'));
    return `${id} ${disruption.kind}${targets.map((text) => ` ${text}`.trimEnd()).join(';')}`;
  });
}

const rule = (id: number, more = ''): string => `SecRule ARGS "@rx x" "id:${id},phase:2,pass${more}"\n`;
const follower = (actions = ''): string => `SecRule ARGS_NAMES "@rx y" ${actions}\n`;

describe('what is loaded', () => {
  it.each<[text: string, rules: readonly string[]]>([
    // Blocks.
    [`<IfModule mod_security2.c>\n${rule(1)}</IfModule>\n`, ['1 pass ARGS']],
    [`<IfModule !security2_module>\n${rule(1)}</IfModule>\n`, []],
    [
      `<IfModule mod_other.c>\n${rule(1)}</IfModule>\n<IfModule !mod_other.c>\n${rule(2)}</IfModule>\n`,
      ['2 pass ARGS'],
    ],
    [`<IfDefine A>\n${rule(1)}</IfDefine>\n<IfDefine !A>\n${rule(2)}</IfDefine>\n`, ['2 pass ARGS']],
    // Chains and defaults.
    [
      `${rule(1, ',chain')}${follower('chain')}${follower()}${rule(2)}`,
      ['1 pass ARGS; ARGS_NAMES; ARGS_NAMES', '2 pass ARGS'],
    ],
    ['SecAction "id:1,phase:1,nolog"\n', ['1 pass']],
    ['SecDefaultAction "phase:2,log,deny"\nSecAction "id:1,phase:2"\nSecAction "id:2,phase:1"\n', ['1 deny', '2 pass']],
    // Rules changed by later lines.
    [`${rule(1)}SecRuleRemoveById 1\n${rule(1, ',tag:again')}`, ['1 pass ARGS']],
    [`${rule(1)}SecRuleUpdateTargetById 1 "TX:a|ARGS"\n`, ['1 pass ARGS|TX']],
    [`${rule(1)}SecRuleUpdateTargetById 1 "TX:a" ARGS\n`, ['1 pass TX']],
    [`${rule(1, ',chain')}${follower()}SecRuleUpdateActionById 1 deny\n`, ['1 deny ARGS; ARGS_NAMES']],
    // One mistake takes the whole chain with it, and leaves the next rule alone.
    [
      `SecIgnoreRuleCompilationErrors On\n${rule(1, ',chain')}SecRule ARGZ "@rx y" chain\n${follower()}${rule(2)}`,
      ['2 pass ARGS'],
    ],
    [
      `SecIgnoreRuleCompilationErrors On\nSecRule ARGZ "@rx x" "id:1,pass,chain"\n${follower()}${rule(2)}`,
      ['2 pass ARGS'],
    ],
  ])('%j', (text, rules) => {
    expect(rulesOf(text)).toEqual(rules);
  });
});

describe('mistakes', () => {
  it.each<[text: string, mistakes: readonly string[]]>([
    // Files.
    ['Include circle-a.conf\n', ['circle-b.conf:2:9 SL3003 circle-a.conf includes itself']],
    ['Include 1.conf\n', ['32.conf:2:9 SL3003 Include is nested deeper than 32 files']],
    [
      'Include gone.conf|too.conf\n',
      ['r:1:9 SL3001 cannot read gone.conf: permission denied', 'r:1:9 SL3001 cannot read too.conf: permission denied'],
    ],
    [
      'IncludeOptional none.conf\nInclude none.conf\n',
      ['r:2:9 SL3002 Include finds no file for none.conf; IncludeOptional accepts that there is none'],
    ],
    // Lines.
    [
      '<Directory />\nSecRulez\n</Directory>\n',
      [
        'r:1:2 SL2004 <Directory> belongs to the web server, not to the rule language; give rule sets to routes in the configuration of the gateway',
      ],
    ],
    [
      'SecRuleEngine\n',
      ['r:1:1 SL2002 SecRuleEngine does not take 0 arguments; write SecRuleEngine On|Off|DetectionOnly'],
    ],
    // Targets and operators.
    [
      'SecRule ARGS "@rsub s/a/b/" "id:1,phase:4,pass"\n',
      ['r:1:16 SL2202 @rsub cannot look at ARGS; it is for STREAM_INPUT_BODY and STREAM_OUTPUT_BODY'],
    ],
    [
      'SecRule !ARGS "@rx x" "id:1,phase:2,pass"\n',
      ['r:1:1 SL2105 warning: the rule looks at nothing, so it never matches'],
    ],
    [
      'SecRuleScript a.lua "id:1,pass"\n',
      ['r:1:15 SL2202 SecRuleScript: Lua scripts cannot be run: no scripts service was given to createWaf'],
    ],
    // Actions.
    ['SecDefaultAction "phase:2,pass,id:1"\n', ['r:1:32 SL2304 SecDefaultAction cannot carry id']],
    [
      'SecDefaultAction "phase:2,log"\n',
      [
        'r:1:18 SL2501 SecDefaultAction needs a phase and a disruptive action; write for example phase:2,log,auditlog,pass',
      ],
    ],
    [
      'SecRule ARGS "@rx x"\n',
      ['r:1:1 SL2404 the rule has no actions; every rule needs at least an id; only chained rules may go without'],
    ],
    ['SecAction "id:x,pass"\n', ['r:1:15 SL2302 "x" is not a rule id; ids are whole numbers above 0']],
    // Chains: what is wrong is said once.
    [
      `${rule(1, ',chain')}${follower('"id:2,deny"')}`,
      [
        'r:2:29 SL2303 a chained rule cannot carry id; put it into the first rule of the chain',
        'r:2:34 SL2303 a chained rule cannot carry deny; put it into the first rule of the chain',
      ],
    ],
    [
      'SecRule ARGZ "@rx x" "id:1,pass,chain"\nSecRule ARGS "@rx y"\nSecAction "id:1,pass"\n',
      [
        'r:1:9 SL2101 unknown variable "ARGZ"; did you mean "ARGS"?',
        'r:3:1 SL2402 rule id 1 is already used; first used at r:1',
      ],
    ],
    [
      'SecRule ARGS "@rx x" chain\nSecRule ARGS "@rx y"\n',
      ['r:1:1 SL2401 the rule has no id; add id:N with a number of your own'],
    ],
    [rule(1, ',chain'), ['r:1:1 SL2403 the chain has no last rule; chain must be followed by another SecRule']],
    // Rules changed by later lines.
    [
      `${rule(1)}SecRuleUpdateTargetById 1 TX REQUEST_URI\n`,
      ['r:2:30 SL2106 the rule has no target REQUEST_URI to replace'],
    ],
    [
      `${rule(1)}SecRuleUpdateActionById 1 "deny,phase:1"\n`,
      ['r:2:33 SL2305 SecRuleUpdateActionById cannot change phase'],
    ],
    // Mistakes that are to be ignored.
    [
      'SecIgnoreRuleCompilationErrors On\nSecRule ARGS "@rx (" "id:1,pass"\n',
      ['r:2:20 SL2202 warning: the rule is left out: @rx: missing closing parenthesis at offset 1'],
    ],
  ])('%j', (text, mistakes) => {
    const { program, diagnostics } = load(text);
    expect(diagnostics.all.map(formatDiagnostic)).toEqual(mistakes);
    expect(program === undefined).toBe(diagnostics.hasErrors);
  });
});
