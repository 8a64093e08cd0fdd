import { scalar } from '../registry/member.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

export const requestLine: Variable = defineVariable({
  name: 'REQUEST_LINE',
  summary: 'The first line of the request as received, without line end.',
  kind: 'scalar',
  members: (tx) => scalar(tx.request.line),
});

export const requestMethod: Variable = defineVariable({
  name: 'REQUEST_METHOD',
  summary: 'The request method as received, case kept.',
  kind: 'scalar',
  members: (tx) => scalar(tx.request.method),
});

export const requestProtocol: Variable = defineVariable({
  name: 'REQUEST_PROTOCOL',
  summary: 'Protocol and version of the request line, for example HTTP/1.1.',
  kind: 'scalar',
  members: (tx) => scalar(tx.request.protocol),
});
