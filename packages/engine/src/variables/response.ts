import { type Member, NO_MEMBERS, scalar } from '../registry/member.ts';
import type { ResponseState } from '../registry/transaction-state.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

/** A scalar of the response; absent while there is no response, or where `read` gives undefined. */
function responseScalar(
  name: string,
  phase: 3 | 4,
  summary: string,
  read: (response: ResponseState) => string | undefined,
): Variable {
  return defineVariable({
    name,
    summary,
    kind: 'scalar',
    phase,
    members: (tx) => {
      const value = tx.response === undefined ? undefined : read(tx.response);
      return value === undefined ? NO_MEMBERS : scalar(value);
    },
  });
}

function responseCollection(
  name: string,
  summary: string,
  membersOf: (response: ResponseState) => readonly Member[],
): Variable {
  return defineVariable({
    name,
    summary,
    kind: 'collection',
    phase: 3,
    members: (tx) => (tx.response === undefined ? NO_MEMBERS : membersOf(tx.response)),
  });
}

export const responseVariables: readonly Variable[] = [
  responseScalar('RESPONSE_STATUS', 3, 'Status code.', (response) => String(response.status)),
  responseScalar('STATUS_LINE', 3, 'Status code and reason.', (response) => `${response.status} ${response.reason}`),
  responseScalar('RESPONSE_PROTOCOL', 3, 'Protocol of the response.', (response) => response.protocol),
  responseScalar(
    'RESPONSE_CONTENT_TYPE',
    3,
    'Content-Type with its parameters; absent without the header.',
    (response) => response.contentType,
  ),
  responseScalar(
    'RESPONSE_CONTENT_LENGTH',
    3,
    'Announced length of the body, else the number of bytes read so far.',
    contentLength,
  ),
  defineVariable({
    name: 'STATUS',
    summary:
      'The status the client will get: of the rule that intervened, else of the response; 200 while there is neither.',
    kind: 'scalar',
    isVolatile: true,
    members: (tx) => scalar(String(tx.interruption?.status ?? tx.response?.status ?? 200)),
  }),
  responseCollection('RESPONSE_HEADERS', 'Response headers.', (response) => response.headerMembers),
  responseCollection(
    'RESPONSE_HEADERS_NAMES',
    'Names of the response headers as values.',
    (response) => response.headerNames,
  ),
  responseScalar(
    'RESPONSE_BODY',
    4,
    'The body, where body access is on and the type is listed.',
    (response) => response.body,
  ),
  defineVariable({
    name: 'OUTBOUND_DATA_ERROR',
    summary: '1 when the response was longer than SecResponseBodyLimit, else 0.',
    kind: 'scalar',
    phase: 4,
    members: (tx) => scalar(tx.response?.isOverLimit === true ? '1' : '0'),
  }),
];

function contentLength(response: ResponseState): string {
  const announced = response.headerMembers.find((header) => header.key?.toLowerCase() === 'content-length');
  return announced?.value ?? String(response.bodyLength);
}
