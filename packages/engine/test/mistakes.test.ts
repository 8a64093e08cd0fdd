import { expect, it } from 'vitest';
import { createWaf, formatDiagnostic, RuleSetError } from '../src/index.ts';

/** A file in which every line is wrong in another way. */
const rules = `SecRuleEngine Maybe
SecRule ARGS "@beginWith x" "id:1,deny"
SecRule ARGZ "@rx x" "id:2,deny"
SecRule ARGS "@rx (unclosed" "id:3,deny"
SecRule ARGS "@rx x" "id:4,phase:2,t:lowercas,deny"
SecRule ARGS "@rx x" "phase:2,deny"
SecRule ARGS "@rx x" "id:5,phase:9,deny"
SecRequestBodyLimit lots
SecRulez ARGS "@rx x" "id:6"
SecRule ARGS "@ipMatch 300.1.1.1" "id:7,\\
    deny"
SecAction "id:8,nolog,\\
    setvar:foo.bar=1"
SecRule ARGS "@rx x" "id:4,deny"
SecRule ARGS "@rx x" "id:9,deny,chain"
`;

it('reports every mistake of a file at once, each with its place and, where there is one, a hint', () => {
  let lines: readonly string[] = [];
  try {
    createWaf({ rules: [{ file: 'rules.conf', text: rules }] });
  } catch (cause) {
    if (!(cause instanceof RuleSetError)) throw cause;
    lines = cause.diagnostics.map(formatDiagnostic);
  }
  expect(lines).toEqual([
    'rules.conf:1:15 SL2003 "Maybe" is not a value of SecRuleEngine; write On or Off or DetectionOnly',
    'rules.conf:2:16 SL2201 unknown operator "beginWith"; did you mean "beginsWith"?',
    'rules.conf:3:9 SL2101 unknown variable "ARGZ"; did you mean "ARGS"?',
    'rules.conf:4:28 SL2202 @rx: missing closing parenthesis at offset 9',
    'rules.conf:5:36 SL2302 unknown transformation "lowercas"; did you mean "lowercase"?',
    'rules.conf:6:1 SL2401 the rule has no id; add id:N with a number of your own',
    'rules.conf:7:34 SL2302 "9" is not a phase (1 to 5, request, response or logging)',
    'rules.conf:8:21 SL2003 "lots" is not a value of SecRequestBodyLimit; write a whole number, at least 1',
    'rules.conf:9:1 SL2001 unknown directive "SecRulez"; did you mean "SecRule"?',
    'rules.conf:10:24 SL2202 @ipMatch: "300.1.1.1" is neither an IP address nor a block such as 10.0.0.0/8',
    'rules.conf:13:12 SL2302 "foo" is not a collection that rules can write (tx, ip, global, resource, session, user)',
    'rules.conf:14:1 SL2402 rule id 4 is already used; first used at rules.conf:5',
    'rules.conf:15:1 SL2403 the chain has no last rule; chain must be followed by another SecRule',
  ]);
});
