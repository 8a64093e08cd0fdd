/** A folder of rules for commands that tell of rules. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Command } from '../../src/cli/commands/command.ts';
import { runInProcess } from './in-process-command.ts';

/** Some of everything that is told of rules: a chain, a jump, scores, what other directives change and take away. */
export const RULES = `SecAction "id:1,phase:1,pass,nolog,setvar:tx.critical=5,setvar:tx.limit=7"
SecRule REQUEST_HEADERS:X-Scan "@streq yes" "id:2,phase:2,pass,nolog,ctl:ruleRemoveTargetById=10;ARGS:q"
SecRule TX:level "@lt 1" "id:3,phase:2,pass,nolog,skipAfter:END"
SecRule ARGS|!ARGS:note "@rx (?i)union\\s+select" \\
    "id:10,phase:2,pass,capture,t:none,t:urlDecodeUni,msg:'SQL',logdata:'%{TX.0}',severity:CRITICAL,\\
    tag:'attack-sqli',tag:'paranoia-level/2',setvar:tx.score=+%{tx.critical},chain"
    SecRule REQUEST_METHOD "@streq POST" "setvar:tx.posted=1"
SecMarker END
SecRule TX:score "@ge %{tx.limit}" "id:20,phase:2,deny,status:406,msg:'Score %{TX.score}',severity:ERROR"
SecRuleUpdateTargetById 10 "!ARGS:comment"
SecRuleRemoveById 1
`;

export interface RuleFolder {
  readonly directory: string;
  /** The path of a file with {@link RULES}. */
  readonly rules: string;
  /** Runs a command; the name of the folder is left out of what it says. */
  run(command: Command, ...words: readonly string[]): Promise<{ code: number; out: string; err: string }>;
}

/** Makes a folder with `rules/a.conf` and an empty `tests`; it is gone when the test is over. */
export function ruleFolder(): RuleFolder {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-rules-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  mkdirSync(join(directory, 'rules'));
  mkdirSync(join(directory, 'tests'));
  const rules = join(directory, 'rules', 'a.conf');
  writeFileSync(rules, RULES);
  const said = (lines: readonly string[]): string => lines.join('\n').replaceAll(directory, '');
  return {
    directory,
    rules,
    async run(command, ...words) {
      const { code, out, err } = await runInProcess(command, words);
      return { code, out: said(out), err: said(err) };
    },
  };
}
