import { NO_MEMBERS, scalar } from '../registry/member.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

export const streamInputBody: Variable = defineVariable({
  name: 'STREAM_INPUT_BODY',
  summary: 'The request body as it will be forwarded, which @rsub can rewrite; needs SecStreamInBodyInspection On.',
  kind: 'scalar',
  phase: 2,
  isVolatile: true,
  members: ({ streams }) => (streams.input === undefined ? NO_MEMBERS : scalar(streams.input)),
});

export const streamOutputBody: Variable = defineVariable({
  name: 'STREAM_OUTPUT_BODY',
  summary: 'The response body as it will be sent, which @rsub can rewrite; needs SecStreamOutBodyInspection On.',
  kind: 'scalar',
  phase: 4,
  isVolatile: true,
  members: ({ streams }) => (streams.output === undefined ? NO_MEMBERS : scalar(streams.output)),
});
