import type { Phase } from '../contract.ts';
import type { Effect, RuleBuilder } from '../registry/action.ts';
import { constantText } from '../registry/macro.ts';
import type { Matcher } from '../registry/operator.ts';
import type { EngineSettings } from '../registry/settings.ts';
import type { TransactionState } from '../registry/transaction-state.ts';
import type { Diagnostics } from '../seclang/diagnostics.ts';
import { printAction, printOperator, printTargets, printWords } from '../seclang/printer.ts';
import { type BoundAction, buildRule, mergeActions } from './bind-actions.ts';
import { resolveTargets } from './bind-targets.ts';
import { codes } from './codes.ts';
import type { LinkDraft, MarkerDraft, RuleDraft } from './draft.ts';
import type { FinalDisruption, Link, Program, Rule } from './program.ts';

/** Turns drafts into the immutable program: defaults merged, `block` resolved, jumps given as positions. */
export function linkProgram(
  settings: EngineSettings,
  drafts: readonly RuleDraft[],
  markers: readonly MarkerDraft[],
  diagnostics: Diagnostics,
): Program {
  const phases: Rule[][] = [[], [], [], [], [], []];
  const draftsOfPhase = phases.map((_, phase) => drafts.filter((draft) => draft.phase === phase));
  const rules = drafts.map((draft, index) => {
    const rule = finishRule(draft, index, draftsOfPhase[draft.phase] ?? [], markers, diagnostics, settings);
    phases[draft.phase]?.push(rule);
    return rule;
  });
  return { settings, rules, phases };
}

function finishRule(
  draft: RuleDraft,
  index: number,
  samePhase: readonly RuleDraft[],
  markers: readonly MarkerDraft[],
  diagnostics: Diagnostics,
  settings: EngineSettings,
): Rule {
  const [starter] = draft.links;
  if (starter === undefined) throw new Error('a rule has at least one link');
  const actions = draft.links.map((link) => mergeActions(draft.defaults, link.actions));
  const builtLinks = actions.map(buildRule);
  const built = builtLinks[0]!;
  if (built.injectsContent && !settings.contentInjection) {
    diagnostics.warning(
      codes.oddArgument,
      'prepend and append change nothing while SecContentInjection is Off',
      starter.node.nameSpan,
      'write SecContentInjection On',
    );
  }
  if (built.disruption.kind === 'proxy' && draft.phase > 2) {
    diagnostics.error(codes.wrongPhase, 'proxy works in phases 1 and 2 only', starter.node.nameSpan);
  }
  const tagTexts = built.tags;
  const hasConstantTags = tagTexts.every((tag) => tag.isConstant);
  return {
    index,
    id: draft.id,
    reference: { id: draft.id, file: starter.node.span.file, line: starter.node.span.start.line },
    phase: draft.phase,
    links: draft.links.map((link, at) => finishLink(link, draft.phase, actions[at]!, builtLinks[at]!, diagnostics)),
    revision: built.revision,
    version: built.version,
    severity: built.severity,
    maturity: built.maturity,
    accuracy: built.accuracy,
    messageText: built.message,
    dataText: built.data,
    rawMessage: built.message?.source,
    tags: tagTexts.map((tag) => tag.source),
    tagTexts,
    hasConstantTags,
    message: (tx) => built.message?.expand(tx),
    data: (tx) => built.data?.expand(tx),
    expandedTags: (tx: TransactionState) => tagTexts.map((tag) => tag.expand(tx)),
    ...resolveBlock(built, draft),
    log: built.log,
    auditLog: built.auditLog,
    skip: built.skip,
    skipTo: resolveSkipAfter(built.skipAfter, draft, samePhase, markers, diagnostics),
  };
}

/** `actions` are those of the link and the inherited ones, `built` what they describe. */
function finishLink(
  { node, targets, test }: LinkDraft,
  phase: Phase,
  actions: readonly BoundAction[],
  built: RuleBuilder,
  diagnostics: Diagnostics,
): Link {
  for (const { what, lastPhase } of built.deadlines) {
    if (phase <= lastPhase) continue;
    diagnostics.warning(codes.wrongPhase, `${what} has no effect after phase ${lastPhase}`, node.span);
  }
  const { name, argument } = test ?? unconditional;
  return {
    targets: resolveTargets(targets),
    test: test ?? unconditional,
    operatorText: `@${name} ${argument.source}`.trimEnd(),
    isUnconditional: node.kind === 'action',
    transformations: built.transformations,
    transformationNames: built.transformations.map(({ name }) => name),
    multiMatch: built.multiMatch,
    capture: built.capture,
    effects:
      built.maskMatchedBytes === undefined || test === undefined
        ? built.effects
        : [...built.effects, maskMatchedBytes(test.matcher, built.maskMatchedBytes)],
    file: node.span.file,
    line: node.span.start.line,
    source: sourceOf(node, actions),
  };
}

/** Masks what the operator matched in the value, as often as it matches there. */
function maskMatchedBytes({ span }: Matcher, { first, last }: NonNullable<RuleBuilder['maskMatchedBytes']>): Effect {
  return (tx) => {
    const { matchedVar: value, matchedVarName: name } = tx;
    if (value === undefined || name === undefined) return;
    const scope = { tx, budget: tx.budget };
    let from = 0;
    let isFound = false;
    while (from < value.length) {
      const found = span?.(value.slice(from), scope);
      if (found === undefined || found[1] <= found[0]) break;
      isFound = true;
      const text = value.slice(from + found[0], from + found[1]);
      tx.masking.maskText(name, value, text.slice(first, Math.max(first, text.length - last)));
      from += found[1];
    }
    // An operator that cannot tell where it matched has matched all of the value.
    if (!isFound) tx.masking.maskVariable(name, value);
  };
}

/** The test of SecAction: its sentence is what a log line shows. */
const unconditional: Link['test'] = {
  name: 'unconditionalMatch',
  argument: constantText(''),
  isNegated: false,
  matcher: { forecast: { kind: 'value' }, test: () => true, describe: () => 'Unconditional match in SecAction.' },
};

/** The rule as ModSecurity prints it from its parsed form: inherited actions first. */
function sourceOf(node: LinkDraft['node'], bound: readonly BoundAction[]): string {
  const actions = bound.map((action) => printAction(action.node)).join(',');
  if (node.kind === 'action') return [node.name, ...printWords(node.words.slice(0, -1)), `"${actions}"`].join(' ');
  return `SecRule "${printTargets(node.targets)}" "${printOperator(node.operator)}" "${actions}"`;
}

/** `block` does what the default list says; a status of the rule itself wins over the default's. */
function resolveBlock(
  built: RuleBuilder,
  draft: RuleDraft,
): { disruption: FinalDisruption; status: number | undefined } {
  if (built.disruption.kind !== 'block') return { disruption: built.disruption, status: built.status };
  const inherited = buildRule(draft.defaults);
  return {
    disruption: inherited.disruption.kind === 'block' ? { kind: 'pass' } : inherited.disruption,
    status: built.status ?? inherited.status,
  };
}

/** Position in the phase behind the next marker of that name, or behind the next rule with that id; the end otherwise. */
function resolveSkipAfter(
  name: string | undefined,
  draft: RuleDraft,
  samePhase: readonly RuleDraft[],
  markers: readonly MarkerDraft[],
  diagnostics: Diagnostics,
): number | undefined {
  if (name === undefined) return undefined;
  const marker = markers.find((one) => one.order > draft.order && one.name === name);
  if (marker !== undefined) return positionFrom(samePhase, marker.order);
  const rule = samePhase.find((one) => one.order > draft.order && String(one.id) === name);
  if (rule !== undefined) return positionFrom(samePhase, rule.order + 1);
  const node = draft.links[0]?.node;
  if (node !== undefined) {
    diagnostics.warning(
      codes.missingMarker,
      `skipAfter:${name} finds no such marker or rule behind it, so a match ends phase ${draft.phase}`,
      node.span,
    );
  }
  return samePhase.length;
}

/** Index of the first rule of the phase at or behind a position of the configuration. */
function positionFrom(samePhase: readonly RuleDraft[], order: number): number {
  const index = samePhase.findIndex((draft) => draft.order >= order);
  return index === -1 ? samePhase.length : index;
}
