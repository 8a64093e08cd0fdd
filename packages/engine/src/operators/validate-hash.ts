import { escapeLog } from '../bytes/escape.ts';
import { signatureProblem } from '../link-hashing/sign-link.ts';
import { defineOperator, type Operator } from '../registry/operator.ts';

export const validateHash: Operator = defineOperator({
  name: 'validateHash',
  summary:
    'Matches when the value, a request target, matches the regular expression and does not carry the signature that SecHashEngine puts into links. Never matches while the hash engine or its enforcement is off.',
  examples: [
    { argument: '/account', value: '/account?id=1', matches: true },
    { argument: '/account', value: '/public?id=1', matches: false },
  ],
  compile: (argument, context) => {
    const regex = context.regexes.compile(argument.source, context.regexOptions);
    return {
      test: (value, { tx, budget }) =>
        tx.settings.hashEngine &&
        tx.settings.hashEnforcement &&
        regex.test(value, budget) &&
        signatureProblem(value, context.settings.linkHashing, tx) !== undefined,
      describe: (value, name, { tx }) =>
        // ModSecurity also writes which signature would have been right; that is for nobody to read.
        `Request URI matched "${escapeLog(argument.source)}" at ${name}. ${
          signatureProblem(value, context.settings.linkHashing, tx) === 'missing'
            ? 'No Hash parameter'
            : 'The hash parameter does not belong to it.'
        }`,
    };
  },
});
