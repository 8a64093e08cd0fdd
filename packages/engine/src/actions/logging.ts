import { type Action, defineAction, type RuleBuilder } from '../registry/action.ts';

function logging(name: string, summary: string, set: (rule: RuleBuilder) => void): Action {
  // Order within the list decides ("nolog,auditlog" keeps the audit log), so none of these replaces another.
  return defineAction({
    name,
    summary,
    kind: 'non-disruptive',
    argument: 'none',
    cardinality: 'many',
    compile: () => set,
  });
}

export const log: Action = logging('log', 'Write a match to the error log.', (rule) => {
  rule.log = true;
});

export const nolog: Action = logging('nolog', 'Keep a match out of both logs, unless auditlog follows.', (rule) => {
  rule.log = false;
  rule.auditLog = false;
});

export const auditlog: Action = logging(
  'auditlog',
  'A match makes the transaction relevant for the audit log.',
  (rule) => {
    rule.auditLog = true;
  },
);

export const noauditlog: Action = logging('noauditlog', 'A match does not make the transaction relevant.', (rule) => {
  rule.auditLog = false;
});
