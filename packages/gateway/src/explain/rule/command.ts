/** `sallyport explain` with the number of a rule, or with a file of rules. */
import { formatDiagnostic, type Inspection } from '@sallyport/engine/language';
import { switchesIn } from '../../admin/queries/rule-switches.ts';
import { readStandingOrders } from '../../admin/standing-orders.ts';
import type { CommandOutput } from '../../cli/commands/command.ts';
import type { Config } from '../../config/config.ts';
import { expandFiles, type RuleSetWords, setsToLookIn } from '../../lint/load.ts';
import { explainFailure } from '../../process/failure.ts';
import type { RuleSwitchEntry } from '../../waf/rule-switches.ts';
import { conditionInShort, explainRule } from './explain-rule.ts';
import type { ExplainedRule } from './explained-rule.ts';
import { findTests } from './find-tests.ts';
import { inspectSets } from './inspected-sets.ts';
import { renderRule, renderRuleInShort } from './render-rule.ts';
import { standingOf } from './rule-standing.ts';

export async function explainOneRule(
  wanted: RuleSetWords & { readonly id: number; readonly isJson: boolean },
  output: CommandOutput,
): Promise<number> {
  try {
    const { config, sets } = setsToLookIn(wanted);
    const inspected = inspectSets(sets);
    for (const line of new Set(inspected.flatMap(({ inspection }) => errorsOf(inspection)))) output.err(line);
    const having = inspected.filter(({ inspection }) => inspection.rules.some(({ id }) => id === wanted.id));
    // A set in which it does something says more of it.
    const best = having.find(({ facts }) => facts.rules.some(({ id }) => id === wanted.id)) ?? having[0];
    const rule = best?.inspection.rules.find((one) => one.id === wanted.id);
    if (best === undefined || rule === undefined) {
      output.err(`there is no rule ${wanted.id} in ${sets.map(({ ruleSet }) => ruleSet.name).join(', nor in ')}`);
      return 1;
    }
    const switches = config === undefined ? [] : orderedSwitches(config, output);
    const explained: ExplainedRule = {
      ...explainRule(rule, best.facts, best.inspection),
      ruleSets: config === undefined ? [] : inspected.map((set) => standingOf(wanted.id, set, best, switches)),
      tests: await findTests(rule.span.file, wanted.id),
    };
    if (wanted.isJson) output.out(JSON.stringify(explained, undefined, 2));
    else for (const line of renderRule(explained, output.hasColour)) output.out(line);
    return 0;
  } catch (cause) {
    for (const line of explainFailure(cause)) output.err(line);
    return 1;
  }
}

export async function explainRuleFile(
  { file, isJson }: { readonly file: string; readonly isJson: boolean },
  output: CommandOutput,
): Promise<number> {
  const ruleSet = { name: file, rules: expandFiles([file]) };
  const [set] = inspectSets([{ place: 'rules', ruleSet, users: [] }]);
  if (set === undefined) return 1;
  const { inspection, facts } = set;
  // What could be understood is explained all the same.
  for (const line of errorsOf(inspection)) output.err(line);
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

/** Rules that are switched, as the gate of this configuration keeps it in its state directory. */
function orderedSwitches(config: Config, output: CommandOutput): readonly RuleSwitchEntry[] {
  try {
    return switchesIn(readStandingOrders(config));
  } catch (cause) {
    output.err(`what is switched at run time is not known: ${(cause as Error).message}`);
    return [];
  }
}

function errorsOf({ diagnostics }: Inspection): readonly string[] {
  return diagnostics.filter(({ severity }) => severity === 'error').map(formatDiagnostic);
}
