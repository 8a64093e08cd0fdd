import { escapeLog } from '../bytes/escape.ts';
import { defineOperator, type Operator, OperatorError } from '../registry/operator.ts';
import type { TransactionState } from '../registry/transaction-state.ts';

/** An operator that judges the XML body as a whole. */
function validation(name: string, kind: 'dtd' | 'schema', what: string): Operator {
  return defineOperator({
    name,
    summary: `Matches when the XML body is not well-formed, could not be parsed, or is not valid by the ${what} in the named file.`,
    examples: [
      { argument: 'order.def', value: '[XML document tree]', matches: false },
      { argument: 'empty.def', value: '[XML document tree]', matches: true },
    ],
    targets: ['XML', 'REQUEST_XML'],
    compile: (argument, context) => {
      if (context.xmlValidation === undefined) {
        throw new Error(
          `no xmlValidation service was given to createWaf, so documents cannot be compared with a ${what}`,
        );
      }
      const validator = context.xmlValidation.compile(
        kind,
        context.readFile(argument.source),
        context.resolvePath(argument.source),
      );
      const problemOf = ({ body }: TransactionState): string | undefined => {
        const document = body.result?.xml;
        if (document === undefined) {
          throw new OperatorError(
            `XML document tree could not be found for ${kind === 'dtd' ? 'DTD' : 'schema'} validation.`,
          );
        }
        if (body.error !== undefined) {
          return `XML: ${kind === 'dtd' ? 'DTD' : 'Schema'} validation could not proceed due to previous processing errors.`;
        }
        const problem = validator.validate(body.raw ?? '', document);
        return problem === undefined
          ? undefined
          : `XML: ${kind === 'dtd' ? 'DTD' : 'Schema'} validation failed: ${escapeLog(problem)}.`;
      };
      return {
        test: (_value, { tx }) => problemOf(tx) !== undefined,
        describe: (_value, _name, { tx }) => problemOf(tx) ?? '',
      };
    },
  });
}

export const validateDTD: Operator = validation('validateDTD', 'dtd', 'DTD');
export const validateSchema: Operator = validation('validateSchema', 'schema', 'XML Schema');
