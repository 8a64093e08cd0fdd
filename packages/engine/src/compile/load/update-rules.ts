import type { Word } from '../../seclang/ast.ts';
import { parseActions } from '../../seclang/parse-actions.ts';
import { parseTargets } from '../../seclang/parse-targets.ts';
import { bindActions } from '../bind-actions.ts';
import { type BoundTarget, bindTargets, isSameTarget } from '../bind-targets.ts';
import type { BindingContext } from '../binding-context.ts';
import { codes } from '../codes.ts';
import type { LinkDraft, RuleDraft } from '../draft.ts';

/** An update names no XML namespaces. */
const NONE_NAMED: ReadonlyMap<string, string> = new Map();

const FIXED_ACTIONS: readonly string[] = ['id', 'phase', 'chain'];

/** Adds targets to rules, or puts them in the place of `replaced`, as SecRuleUpdateTargetBy… asks. */
export function updateTargets(
  rules: readonly RuleDraft[],
  targets: Word,
  replaced: Word | undefined,
  context: BindingContext,
): void {
  const added = bindWord(targets, context);
  const outgoing = replaced === undefined ? [] : bindWord(replaced, context);
  for (const { links } of rules) {
    for (const link of links) {
      if (link.node.kind === 'action') continue;
      const missing = outgoing.find((target) => !hasTarget(link.targets, target));
      if (missing !== undefined && replaced !== undefined) {
        const message = `the rule has no target ${replaced.text} to replace`;
        context.diagnostics.error(codes.replacedTargetMissing, message, replaced.span);
        continue;
      }
      const kept = link.targets.filter((target) => !hasTarget(outgoing, target));
      link.targets = [...kept, ...added.filter((target) => !hasTarget(kept, target))];
    }
  }
}

/**
 * Merges actions into one link of a rule, as SecRuleUpdateActionById asks. What makes the rule the one it is cannot change:
 * that is reported, and the link left as it was.
 */
export function updateActions(link: LinkDraft, actions: Word, context: BindingContext): void {
  const added = bindActions(parseActions(actions, context.diagnostics), context);
  const fixed = added.find(({ definition }) => FIXED_ACTIONS.includes(definition.name));
  if (fixed !== undefined) {
    const message = `SecRuleUpdateActionById cannot change ${fixed.definition.name}`;
    context.diagnostics.error(codes.notInUpdate, message, fixed.node.span);
    return;
  }
  link.actions = [...link.actions, ...added];
}

function bindWord(targets: Word, context: BindingContext): readonly BoundTarget[] {
  return bindTargets(parseTargets(targets, context.diagnostics), { ...context, namespaces: NONE_NAMED });
}

function hasTarget(targets: readonly BoundTarget[], target: BoundTarget): boolean {
  return targets.some((one) => isSameTarget(one, target));
}
