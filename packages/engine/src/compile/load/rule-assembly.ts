import type { RuleBuilder } from '../../registry/action.ts';
import type { Span } from '../../seclang/ast.ts';
import type { Diagnostics } from '../../seclang/diagnostics.ts';
import { buildRule } from '../bind-actions.ts';
import { codes } from '../codes.ts';
import type { LinkDraft, RuleDraft } from '../draft.ts';
import type { DefaultActions } from './default-actions.ts';
import type { RuleDrafts } from './rule-drafts.ts';

/** Makes rules of links as they come: what stands behind `chain` belongs to the rule before. */
export class RuleAssembly {
  readonly #drafts: RuleDrafts;
  readonly #defaults: DefaultActions;
  readonly #diagnostics: Diagnostics;
  /** The chain that still expects a link; `undefined` as rule when the starter itself was wrong. */
  #openChain: { readonly rule: RuleDraft | undefined; readonly span: Span } | undefined;

  constructor(drafts: RuleDrafts, defaults: DefaultActions, diagnostics: Diagnostics) {
    this.#drafts = drafts;
    this.#defaults = defaults;
    this.#diagnostics = diagnostics;
  }

  /** Adds a link to the chain that expects one; otherwise a rule begins with it. */
  add(link: LinkDraft): void {
    const built = buildRule(link.actions);
    const span = link.node.nameSpan;
    const chain = this.#openChain;
    if (chain === undefined) {
      const rule = this.#begin(link, built);
      this.#openChain = built.isChain ? { rule, span } : undefined;
      return;
    }
    this.#checkFollower(link);
    chain.rule?.links.push(link);
    this.#openChain = built.isChain ? { rule: chain.rule, span } : undefined;
  }

  /**
   * Keeps track of chains around a link that is left out, so that one mistake is not reported as several. A chain without one
   * of its links would match more than it was written for, so the whole of it goes.
   */
  skip({ node, actions }: LinkDraft): void {
    const built = buildRule(actions);
    const chain = this.#openChain;
    if (chain === undefined && built.id !== undefined) this.#drafts.claimId(built.id, node.span);
    if (chain?.rule !== undefined) this.#drafts.discard(chain.rule);
    this.#openChain = built.isChain ? { rule: undefined, span: node.span } : undefined;
  }

  /** To be called when everything has been loaded: reports a chain that still expects a link. */
  finish(): void {
    if (this.#openChain === undefined) return;
    this.#diagnostics.error(
      codes.openChain,
      'the chain has no last rule',
      this.#openChain.span,
      'chain must be followed by another SecRule',
    );
  }

  /** Gives the new rule; `undefined`, and reported, when it has no actions or no id of its own. */
  #begin(link: LinkDraft, built: RuleBuilder): RuleDraft | undefined {
    const { node } = link;
    const span = node.nameSpan;
    if (node.kind === 'rule' && node.words.length < 3) {
      this.#diagnostics.error(
        codes.missingActions,
        'the rule has no actions',
        span,
        'every rule needs at least an id; only chained rules may go without',
      );
      return undefined;
    }
    if (built.id === undefined) {
      const hasBrokenId = node.actions.some((action) => action.name.toLowerCase() === 'id');
      if (!hasBrokenId)
        this.#diagnostics.error(codes.missingId, 'the rule has no id', span, 'add id:N with a number of your own');
      return undefined;
    }
    if (!this.#drafts.claimId(built.id, span)) return undefined;
    const rule = this.#drafts.add({
      id: built.id,
      phase: built.phase,
      tags: built.tags.map((tag) => tag.source),
      rawMessage: built.message?.source,
      links: [link],
      defaults: this.#defaults.of(built.phase),
    });
    if (built.marker !== undefined) this.#drafts.addMarker(built.marker);
    return rule;
  }

  #checkFollower(link: LinkDraft): void {
    for (const { definition, node } of link.actions) {
      if (definition.inFollower) continue;
      this.#diagnostics.error(
        codes.notInFollower,
        `a chained rule cannot carry ${definition.name}`,
        node.span,
        'put it into the first rule of the chain',
      );
    }
  }
}
