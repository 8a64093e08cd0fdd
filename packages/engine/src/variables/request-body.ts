import { NO_MEMBERS, scalar } from '../registry/member.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

export const requestBody: Variable = defineVariable({
  name: 'REQUEST_BODY',
  summary: 'The raw body of URLENCODED requests, or of any other with ctl:forceRequestBodyVariable=On.',
  kind: 'collection',
  phase: 2,
  members: (tx) => (tx.body.isVariable && tx.body.raw !== undefined ? scalar(tx.body.raw) : NO_MEMBERS),
});

export const requestBodyLength: Variable = defineVariable({
  name: 'REQUEST_BODY_LENGTH',
  summary: 'Number of body bytes read.',
  kind: 'scalar',
  phase: 2,
  members: (tx) => scalar(String(tx.body.length)),
});

export const reqbodyProcessor: Variable = defineVariable({
  name: 'REQBODY_PROCESSOR',
  summary: 'URLENCODED, MULTIPART, XML, JSON or empty; known in phase 1.',
  kind: 'scalar',
  isVolatile: true,
  members: (tx) => scalar(tx.body.processor),
});

export const reqbodyError: Variable = defineVariable({
  name: 'REQBODY_ERROR',
  aliases: ['REQBODY_PROCESSOR_ERROR'],
  summary: '1 when the body could not be parsed, else 0.',
  kind: 'scalar',
  phase: 2,
  members: (tx) => scalar(tx.body.error === undefined ? '0' : '1'),
});

export const reqbodyErrorMsg: Variable = defineVariable({
  name: 'REQBODY_ERROR_MSG',
  aliases: ['REQBODY_PROCESSOR_ERROR_MSG'],
  summary: 'Why the body could not be parsed; empty when it could.',
  kind: 'scalar',
  phase: 2,
  members: (tx) => scalar(tx.body.error ?? ''),
});

export const reqbodyDuplicateKey: Variable = defineVariable({
  name: 'REQBODY_DUPLICATE_KEY',
  summary:
    'The first key that an object of a JSON body has twice; absent when none has. Parsers disagree about which one counts.',
  kind: 'scalar',
  phase: 2,
  members: (tx) => {
    const key = tx.body.result?.duplicateKey;
    return key === undefined ? NO_MEMBERS : scalar(key);
  },
});

export const inboundDataError: Variable = defineVariable({
  name: 'INBOUND_DATA_ERROR',
  summary: '1 when the body was longer than SecRequestBodyLimit, else 0.',
  kind: 'scalar',
  phase: 2,
  members: (tx) => scalar(tx.body.isOverLimit ? '1' : '0'),
});

export const fullRequest: Variable = defineVariable({
  name: 'FULL_REQUEST',
  summary: 'Request line, headers and body in one text; absent when the body is not held.',
  kind: 'scalar',
  phase: 2,
  members: (tx) => {
    const { request, body } = tx;
    if (body.length > 0 && body.raw === undefined) return NO_MEMBERS;
    let head = `${request.line}\n\n`;
    for (const [name, value] of request.headers) head += `${name}: ${value}\n`;
    return scalar(`${head}\n${body.raw ?? ''}`);
  },
});

export const fullRequestLength: Variable = defineVariable({
  name: 'FULL_REQUEST_LENGTH',
  summary: 'Length of headers and body, plus one as in ModSecurity 2; the request line is not counted.',
  kind: 'scalar',
  phase: 2,
  members: (tx) => {
    let length = 2 + tx.body.length;
    for (const [name, value] of tx.request.headers) length += name.length + value.length + 3;
    return scalar(String(length));
  },
});
