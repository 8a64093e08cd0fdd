import { compileXPath } from '../body-processors/xpath.ts';
import { type Member, NO_MEMBERS, scalar } from '../registry/member.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

export const xml: Variable = defineVariable({
  name: 'XML',
  summary: 'Nodes of an XML body picked by an XPath location path; XML:/* is all text, XML://@* every attribute value.',
  kind: 'collection',
  phase: 2,
  members: (tx) => (tx.body.result?.xml === undefined ? NO_MEMBERS : scalar('[XML document tree]')),
  compileSelector: (selector, context) => {
    const path = compileXPath(selector, context.namespaces);
    return (tx) => {
      const document = tx.body.result?.xml;
      if (document === undefined) return NO_MEMBERS;
      // All members are named XML, whatever the path (spec §8.5).
      return path(document).map((value): Member => ({ key: selector, value, name: 'XML' }));
    };
  },
});
