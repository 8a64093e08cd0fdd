import { NO_MEMBERS } from '../registry/member.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

export const requestHeaders: Variable = defineVariable({
  name: 'REQUEST_HEADERS',
  summary: 'Request headers, names and values as received. Repeated headers are merged with ", " as Apache does.',
  kind: 'collection',
  members: (tx) => tx.request.headerMembers,
  find: (tx, key) => {
    const index = tx.request.indexOfHeader(key);
    return index === -1 ? NO_MEMBERS : [tx.request.headerMembers[index]!];
  },
});

export const requestHeadersNames: Variable = defineVariable({
  name: 'REQUEST_HEADERS_NAMES',
  summary: 'Names of the request headers as values.',
  kind: 'collection',
  members: (tx) => tx.request.headerNames,
});

export const requestCookies: Variable = defineVariable({
  name: 'REQUEST_COOKIES',
  summary: 'Cookies of the request, not decoded.',
  kind: 'collection',
  members: (tx) => tx.request.cookies,
});

export const requestCookiesNames: Variable = defineVariable({
  name: 'REQUEST_COOKIES_NAMES',
  summary: 'Names of the cookies as values.',
  kind: 'collection',
  members: (tx) => tx.request.cookieNames,
});
