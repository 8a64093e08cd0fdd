import { NO_MEMBERS, scalar } from '../registry/member.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

/** What `ctl:responseBodyProcessor` makes of a response body. */
export const responseBodyVariables: readonly Variable[] = [
  defineVariable({
    name: 'RESPONSE_ARGS',
    summary: 'Leaves of a JSON response, or fields of an urlencoded one.',
    kind: 'collection',
    phase: 4,
    members: ({ responseBody }) =>
      responseBody.result?.arguments.map(({ name, value }) => ({ key: name, value })) ?? NO_MEMBERS,
  }),
  defineVariable({
    name: 'RES_BODY_PROCESSOR',
    summary: 'What ctl:responseBodyProcessor named; empty without it.',
    kind: 'scalar',
    phase: 3,
    isVolatile: true,
    members: ({ responseBody }) => scalar(responseBody.processor),
  }),
  defineVariable({
    name: 'RES_BODY_ERROR',
    aliases: ['RES_BODY_PROCESSOR_ERROR'],
    summary: '1 when the response body could not be parsed, else 0.',
    kind: 'scalar',
    phase: 4,
    members: ({ responseBody }) => scalar(responseBody.error === undefined ? '0' : '1'),
  }),
  defineVariable({
    name: 'RES_BODY_ERROR_MSG',
    aliases: ['RES_BODY_PROCESSOR_ERROR_MSG'],
    summary: 'Why the response body could not be parsed; empty when it could.',
    kind: 'scalar',
    phase: 4,
    members: ({ responseBody }) => scalar(responseBody.error ?? ''),
  }),
];
