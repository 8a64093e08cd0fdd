import { NO_MEMBERS, scalar } from '../registry/member.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

/** The ModSecurity version this engine follows, 2.9.7 in the form MODSEC_BUILD has there. */
const MODSECURITY_BUILD = '020907900';

export const modsecBuild: Variable = defineVariable({
  name: 'MODSEC_BUILD',
  summary: 'Version number of the reference this engine follows: 020907900 for ModSecurity 2.9.7.',
  kind: 'scalar',
  members: () => scalar(MODSECURITY_BUILD),
});

export const webAppId: Variable = defineVariable({
  name: 'WEBAPPID',
  summary: 'The name set with SecWebAppId.',
  kind: 'scalar',
  members: (tx) => scalar(tx.webAppId),
});

export const sessionId: Variable = defineVariable({
  name: 'SESSIONID',
  summary: 'Argument of setsid; absent before.',
  kind: 'scalar',
  isVolatile: true,
  members: (tx) => (tx.sessionId === undefined ? NO_MEMBERS : scalar(tx.sessionId)),
});

export const userId: Variable = defineVariable({
  name: 'USERID',
  summary: 'Argument of setuid; absent before.',
  kind: 'scalar',
  isVolatile: true,
  members: (tx) => (tx.userId === undefined ? NO_MEMBERS : scalar(tx.userId)),
});

/** What ModSecurity 3 says in two variables of its own, 2.9 says in TX:MSC_PCRE_LIMITS_EXCEEDED; all three agree here. */
export const pcreErrors: readonly Variable[] = ['MSC_PCRE_ERROR', 'MSC_PCRE_LIMITS_EXCEEDED'].map((name) =>
  defineVariable({
    name,
    summary: '1 when a regular expression was given up because of its limits, else 0.',
    kind: 'scalar',
    isVolatile: true,
    members: (tx) => scalar(tx.tx.get('MSC_PCRE_LIMITS_EXCEEDED') === undefined ? '0' : '1'),
  }),
);

export const webserverErrorLog: Variable = defineVariable({
  name: 'WEBSERVER_ERROR_LOG',
  summary: 'Lines the server wrote to its error log for this request.',
  kind: 'collection',
  selector: 'none',
  isVolatile: true,
  members: (tx) => tx.serverErrors.map((value) => ({ key: undefined, value })),
});
