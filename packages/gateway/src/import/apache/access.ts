/**
 * Who may have what. Routes know no such rules, and what was closed must not be open by accident: a place with any but
 * `Require all granted` is closed for everybody until its owner decides.
 */
import type { Directive } from './parse.ts';
import type { Scope } from './scope.ts';
import type { Topic, Workshop } from './topic.ts';

function close(directive: Directive, scope: Scope, { ledger }: Workshop, why: string): void {
  if (scope.kind === 'server') {
    ledger.leftOut(directive.at, 'outside of any place it protects nothing');
    return;
  }
  scope.closed ??= { at: directive.at, note: why };
  ledger.enter(directive.at);
  if (scope.closed.at !== directive.at) ledger.carried(directive.at, 'closed for everybody, as above');
}

export const access: Topic = {
  require(directive, scope, workshop) {
    const words = directive.args.join(' ').toLowerCase();
    if (words === 'all granted') {
      workshop.ledger.carried(directive.at, 'everybody may, by default');
      return;
    }
    close(
      directive,
      scope,
      workshop,
      words === 'all denied' ? '' : 'access rules are not carried over: closed for everybody until you decide',
    );
  },
  deny(directive, scope, workshop) {
    close(directive, scope, workshop, 'access rules are not carried over: closed for everybody until you decide');
  },
  allow({ args, at }, _scope, { ledger }) {
    if (args.join(' ').toLowerCase() === 'from all') ledger.carried(at, 'everybody may, by default');
    else ledger.leftOut(at, 'access rules are not carried over');
  },
  order: ({ at }, _scope, { ledger }) => ledger.leftOut(at, 'access rules are not carried over'),
  satisfy: ({ at }, _scope, { ledger }) => ledger.leftOut(at, 'access rules are not carried over'),
};
