import type { LintCheck } from '../check.ts';
import { parseAssignment } from '../setvar.ts';

export const scoreBeforeTheEnd: LintCheck = {
  code: 'SL4401',
  title: 'Counting before the chain has matched',
  explanation:
    'Only what ends a request waits for the whole chain. setvar runs as soon as its own link matches, so a counter in an ' +
    'earlier link grows for requests the chain does not match.',
  example:
    'SecRule REQUEST_METHOD "@streq POST" "id:1,phase:1,pass,chain,setvar:ip.posts=+1"\n    SecRule ARGS:x "@streq 1"\n' +
    'SecRule IP:posts "@gt 9" "id:2,phase:1,pass"\n',
  instead:
    'SecRule REQUEST_METHOD "@streq POST" "id:1,phase:1,pass,chain"\n    SecRule ARGS:x "@streq 1" "setvar:ip.posts=+1"\n' +
    'SecRule IP:posts "@gt 9" "id:2,phase:1,pass"\n',
  scope: 'rule',
  check: ({ links }, report) => {
    for (const { rule, link, isLast } of links) {
      if (isLast) continue;
      for (const { node, definition } of link.actions) {
        if (definition.name !== 'setvar') continue;
        const assignment = parseAssignment(node.argument ?? '');
        if (assignment?.kind !== 'add' && assignment?.kind !== 'subtract') continue;
        report(
          node.span,
          `rule ${rule.id} counts ${assignment.collection}:${assignment.key} also when the rest of its chain does not match`,
          'move setvar into the last link',
        );
      }
    }
  },
};
