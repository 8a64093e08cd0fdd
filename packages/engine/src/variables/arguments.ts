import { scalar } from '../registry/member.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

export const args: Variable = defineVariable({
  name: 'ARGS',
  summary: 'Query arguments, from phase 2 also body arguments (forms, JSON leaves), in order, duplicates kept.',
  kind: 'collection',
  members: (tx) => tx.args,
});

export const argsNames: Variable = defineVariable({
  name: 'ARGS_NAMES',
  summary: 'The names of ARGS as values.',
  kind: 'collection',
  members: (tx) => tx.argNames,
});

export const argsGet: Variable = defineVariable({
  name: 'ARGS_GET',
  summary: 'Query arguments.',
  kind: 'collection',
  members: (tx) => tx.request.queryArguments,
});

export const argsGetNames: Variable = defineVariable({
  name: 'ARGS_GET_NAMES',
  summary: 'Names of the query arguments as values.',
  kind: 'collection',
  members: (tx) => tx.request.queryArgumentNames,
});

export const argsPost: Variable = defineVariable({
  name: 'ARGS_POST',
  summary: 'Arguments of urlencoded and multipart bodies. JSON leaves are in ARGS only, as in ModSecurity 2.',
  kind: 'collection',
  phase: 2,
  members: (tx) => tx.argsPost,
});

export const argsPostNames: Variable = defineVariable({
  name: 'ARGS_POST_NAMES',
  summary: 'Names of ARGS_POST as values.',
  kind: 'collection',
  phase: 2,
  members: (tx) => tx.argsPostNames,
});

export const argsPath: Variable = defineVariable({
  name: 'ARGS_PATH',
  summary: 'Parameters in the path, as @restpath found them.',
  kind: 'collection',
  isVolatile: true,
  members: (tx) => tx.pathArguments.members,
});

export const argsCombinedSize: Variable = defineVariable({
  name: 'ARGS_COMBINED_SIZE',
  summary: 'Sum of the lengths of all decoded argument names and values.',
  kind: 'scalar',
  members: (tx) => {
    let size = 0;
    for (const { key, value } of tx.args) size += (key ?? '').length + value.length;
    return scalar(String(size));
  },
});

export const urlencodedError: Variable = defineVariable({
  name: 'URLENCODED_ERROR',
  summary: '1 when an invalid percent escape was seen in the query or in a urlencoded body, else 0.',
  kind: 'scalar',
  members: (tx) => scalar(tx.request.hasInvalidEscape || tx.body.result?.hasInvalidEscape === true ? '1' : '0'),
});
