/** `sallyport explain` with the number of a rule, or with a file of rules. */
import type { RuleSource } from '@sallyport/engine';
import { formatDiagnostic, type Inspection, inspectRules, RegexCache } from '@sallyport/engine/language';
import { nodeFiles } from '@sallyport/engine/node';
import type { CommandOutput } from '../../cli/commands/command.ts';
import { gatherFacts } from '../../lint/facts.ts';
import { expandFiles, findRuleSet, inspectionServices, type RuleSetWords } from '../../lint/load.ts';
import { conditionInShort, explainRule } from './explain-rule.ts';
import type { ExplainedRule } from './explained-rule.ts';
import { findTests } from './find-tests.ts';
import { renderRule, renderRuleInShort } from './render-rule.ts';

export async function explainOneRule(
  wanted: RuleSetWords & { readonly id: number; readonly isJson: boolean },
  output: CommandOutput,
): Promise<number> {
  const loaded = load(() => findRuleSet(wanted), output);
  if (loaded === undefined) return 1;
  const { inspection, facts, name } = loaded;
  const rule = inspection.rules.find((one) => one.id === wanted.id);
  if (rule === undefined) {
    output.err(`there is no rule ${wanted.id} in ${name}`);
    return 1;
  }
  const explained: ExplainedRule = {
    ...explainRule(rule, facts, inspection),
    tests: await findTests(rule.span.file, wanted.id),
  };
  if (wanted.isJson) output.out(JSON.stringify(explained, undefined, 2));
  else for (const line of renderRule(explained, output.hasColour)) output.out(line);
  return 0;
}

export async function explainRuleFile(
  { file, isJson }: { readonly file: string; readonly isJson: boolean },
  output: CommandOutput,
): Promise<number> {
  const loaded = load(() => ({ name: file, rules: expandFiles([file]) }), output);
  if (loaded === undefined) return 1;
  const { inspection, facts } = loaded;
  const rules = inspection.rules.map((rule) => ({
    explained: explainRule(rule, facts, inspection),
    condition: conditionInShort(rule),
  }));
  if (isJson) {
    output.out(
      JSON.stringify(
        rules.map(({ explained, condition }) => ({ condition, ...explained })),
        undefined,
        2,
      ),
    );
    return 0;
  }
  output.out(`${file}: ${rules.length} rule${rules.length === 1 ? '' : 's'}`);
  for (const { explained, condition } of rules) {
    for (const line of ['', ...renderRuleInShort(explained, condition)]) output.out(line);
  }
  return 0;
}

interface Loaded {
  readonly name: string;
  readonly inspection: Inspection;
  readonly facts: ReturnType<typeof gatherFacts>;
}

/** Loads rules and says what is wrong with them; what could be understood is explained all the same. */
function load(
  find: () => { readonly name: string; readonly rules: readonly (RuleSource | string)[] },
  output: CommandOutput,
): Loaded | undefined {
  try {
    const { name, rules } = find();
    const regexes = new RegexCache();
    const inspection = inspectRules({ rules, files: nodeFiles, services: inspectionServices, regexes });
    for (const diagnostic of inspection.diagnostics) {
      if (diagnostic.severity === 'error') output.err(formatDiagnostic(diagnostic));
    }
    return { name, inspection, facts: gatherFacts(inspection, regexes) };
  } catch (cause) {
    output.err(cause instanceof Error ? cause.message : String(cause));
    return undefined;
  }
}
