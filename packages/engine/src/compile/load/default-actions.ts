import type { Phase } from '../../contract.ts';
import type { Span } from '../../seclang/ast.ts';
import type { Diagnostics } from '../../seclang/diagnostics.ts';
import { type BoundAction, buildRule } from '../bind-actions.ts';
import { codes } from '../codes.ts';

/** What SecDefaultAction has set so far: the actions rules of a phase start from. */
export class DefaultActions {
  readonly #diagnostics: Diagnostics;
  readonly #builtIn: readonly BoundAction[];
  readonly #ofPhase = new Map<Phase, readonly BoundAction[]>();

  /** `builtIn` holds for phases that nothing has been set for. */
  constructor(builtIn: readonly BoundAction[], diagnostics: Diagnostics) {
    this.#builtIn = builtIn;
    this.#diagnostics = diagnostics;
  }

  of(phase: Phase): readonly BoundAction[] {
    return this.#ofPhase.get(phase) ?? this.#builtIn;
  }

  /** Replaces the defaults of the phase that is among `actions`; `span` is where they are written. */
  set(actions: readonly BoundAction[], span: Span): void {
    for (const { definition, node } of actions) {
      if (definition.inDefault) continue;
      this.#diagnostics.error(codes.notInDefault, `SecDefaultAction cannot carry ${definition.name}`, node.span);
    }
    const hasPhase = actions.some((action) => action.definition.name === 'phase');
    const isDisruptive = actions.some((action) => action.definition.group === 'disruptive');
    if (!hasPhase || !isDisruptive) {
      this.#diagnostics.error(
        codes.incompleteDefault,
        'SecDefaultAction needs a phase and a disruptive action',
        span,
        'write for example phase:2,log,auditlog,pass',
      );
      return;
    }
    // The phase selects the slot; rules of that phase have it anyway.
    this.#ofPhase.set(
      buildRule(actions).phase,
      actions.filter((action) => action.definition.name !== 'phase'),
    );
  }
}
