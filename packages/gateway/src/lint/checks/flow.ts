import type { LintCheck } from '../check.ts';

export const jumpBack: LintCheck = {
  code: 'SL4701',
  title: 'Jump backwards',
  explanation:
    'skipAfter looks for its marker behind the rule. A marker in front of it is not found, and a match then skips the rest of ' +
    'the phase, which is mostly far more than was meant.',
  example: 'SecMarker BEGIN\nSecAction "id:1,phase:1,pass,nolog,skipAfter:BEGIN"\n',
  instead: 'SecAction "id:1,phase:1,pass,nolog,skipAfter:END"\nSecMarker END\n',
  scope: 'rule',
  check: ({ rules }, report, { markers }) => {
    for (const rule of rules) {
      const name = rule.skipAfter;
      const earlier = markers.filter((marker) => marker.name === name);
      if (name === undefined || earlier.length === 0 || earlier.some(({ order }) => order > rule.order)) continue;
      const action = rule.links[0]?.actions.find(({ definition }) => definition.name === 'skipAfter');
      report(
        action?.node.span ?? rule.span,
        `the marker ${name} stands in front of rule ${rule.id}, in line ${earlier[0]?.span.start.line}`,
        'jumps go forward only',
      );
    }
  },
};

export const unusedMarker: LintCheck = {
  code: 'SL4702',
  title: 'Marker that nobody jumps to',
  explanation:
    'Mostly its name is misspelt, here or in a skipAfter; markers are compared with the case of their letters.',
  example: 'SecMarker END\n',
  instead: 'SecAction "id:1,phase:1,pass,nolog,skipAfter:END"\nSecMarker END\n',
  scope: 'set',
  check: ({ rules }, report, { markers }) => {
    const wanted = new Set(rules.map((rule) => rule.skipAfter));
    for (const { name, span } of markers) {
      if (!wanted.has(name)) report(span, `no rule jumps to ${name}`);
    }
  },
};
