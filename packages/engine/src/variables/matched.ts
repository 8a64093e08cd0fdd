import { type Member, NO_MEMBERS, scalar } from '../registry/member.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

export const matchedVar: Variable = defineVariable({
  name: 'MATCHED_VAR',
  summary: 'Value, after transformations, of the latest match of any rule.',
  kind: 'scalar',
  isVolatile: true,
  members: (tx) => (tx.matchedVar === undefined ? NO_MEMBERS : scalar(tx.matchedVar)),
});

export const matchedVarName: Variable = defineVariable({
  name: 'MATCHED_VAR_NAME',
  summary: 'Full name of the variable of the latest match, for example ARGS:id.',
  kind: 'scalar',
  isVolatile: true,
  members: (tx) => (tx.matchedVarName === undefined ? NO_MEMBERS : scalar(tx.matchedVarName)),
});

export const matchedVars: Variable = defineVariable({
  name: 'MATCHED_VARS',
  summary: 'All values matched so far in the current chain; each keeps the full name of its variable.',
  kind: 'collection',
  isVolatile: true,
  members: (tx) => tx.matchedVars,
});

export const matchedVarsNames: Variable = defineVariable({
  name: 'MATCHED_VARS_NAMES',
  summary: 'Full names of all variables matched so far in the current chain, as values.',
  kind: 'collection',
  isVolatile: true,
  members: (tx) =>
    tx.matchedVars.map((member): Member => {
      const name = member.name ?? '';
      return { key: member.key, value: name, name };
    }),
});

export const highestSeverity: Variable = defineVariable({
  name: 'HIGHEST_SEVERITY',
  summary: 'Lowest severity number of all matches so far; 255 while there is none.',
  kind: 'scalar',
  isVolatile: true,
  members: (tx) => scalar(String(tx.highestSeverity)),
});
