import type { XmlDocument } from '../body-processors/xml-document.ts';
import { compileXPath } from '../body-processors/xpath.ts';
import { type Member, NO_MEMBERS, scalar } from '../registry/member.ts';
import type { TransactionState } from '../registry/transaction-state.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

/** A step of XPath makes and sorts sets of nodes: it takes as long as so many steps of a regular expression. */
const FUEL_PER_STEP = 20;

/** Nodes of a document; the selector is an XPath expression. */
function documentNodes(
  name: string,
  phase: 2 | 4,
  what: string,
  documentOf: (tx: TransactionState) => XmlDocument | undefined,
): Variable {
  return defineVariable({
    name,
    summary: `Nodes of ${what} picked by an XPath 1.0 expression; ${name}:/* is all text, ${name}://@* every attribute value.`,
    kind: 'collection',
    phase,
    members: (tx) => (documentOf(tx) === undefined ? NO_MEMBERS : scalar('[XML document tree]')),
    compileSelector: (selector, context) => {
      const path = compileXPath(selector, context.namespaces);
      if (!path.givesNodes) {
        context.warn(
          `${name}:${selector} gives a value and no nodes, so the rule looks at nothing, as in ModSecurity 2; write it as a predicate: ${name}:/*[…]`,
        );
      }
      return (tx) => {
        const document = documentOf(tx);
        if (document === undefined) return NO_MEMBERS;
        // All members have the name of the variable, whatever the path, as in ModSecurity.
        const values = path.select(document, (steps) => tx.budget.spend(steps * FUEL_PER_STEP));
        return values.map((value): Member => ({ key: selector, value, name }));
      };
    },
  });
}

export const xmlVariables: readonly Variable[] = [
  documentNodes('XML', 2, 'an XML body', (tx) => tx.body.result?.xml),
  documentNodes('REQUEST_XML', 2, 'an XML body', (tx) => tx.body.result?.xml),
  documentNodes('RESPONSE_XML', 4, 'an XML response', (tx) => tx.responseBody.result?.xml),
];
