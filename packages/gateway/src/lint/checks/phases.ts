import type { LintCheck } from '../check.ts';
import { isRefusal } from '../facts.ts';

export const tooEarly: LintCheck = {
  code: 'SL4101',
  title: 'Variable without a value in this phase',
  explanation:
    'Bodies are read after phase 1 and responses come after phase 2. A rule that looks at them earlier sees nothing and never ' +
    'matches.',
  example: 'SecRule ARGS_POST "@contains wget" "id:1,phase:1,pass"\n',
  instead: 'SecRule ARGS_POST "@contains wget" "id:1,phase:2,pass"\n',
  scope: 'rule',
  check: ({ links }, report) => {
    for (const { rule, link } of links) {
      for (const { node, variable } of link.targets) {
        if (node.isExclusion || variable.phase <= rule.phase) continue;
        report(
          node.span,
          `${variable.name} has no value before phase ${variable.phase}, and rule ${rule.id} runs in phase ${rule.phase}`,
          `write phase:${variable.phase}`,
        );
      }
    }
  },
};

export const tooLate: LintCheck = {
  code: 'SL4102',
  title: 'Refusal in phase 5',
  explanation:
    'Phase 5 runs when the response is on its way to the client. Nothing can be refused any more; rules there log and count.',
  example: 'SecRule REMOTE_ADDR "@ipMatch 192.0.2.1" "id:1,phase:5,deny,msg:\'x\',severity:NOTICE"\n',
  instead: 'SecRule REMOTE_ADDR "@ipMatch 192.0.2.1" "id:1,phase:1,deny,msg:\'x\',severity:NOTICE"\n',
  scope: 'rule',
  check: ({ rules }, report) => {
    for (const rule of rules) {
      if (rule.phase !== 5 || !isRefusal(rule)) continue;
      const starter = rule.links[0];
      const action = starter?.actions.find(({ definition }) => definition.group === 'disruptive');
      report(
        action?.origin === 'own' ? action.node.span : rule.span,
        `${rule.disruption} in phase 5 comes after the response`,
        'move the rule to an earlier phase, or write pass',
      );
    }
  },
};
