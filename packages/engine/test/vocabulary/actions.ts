import { complete, type Entry, noted } from './entry.ts';

export const actions: readonly Entry[] = [
  ...complete(`
    id rev ver msg logdata severity maturity accuracy tag phase status xmlns t marker
    chain skip skipAfter
    pass block deny drop redirect proxy allow
    log nolog auditlog noauditlog capture multiMatch setvar expirevar deprecatevar initcol setsid setuid setrsc setenv ctl
    sanitiseArg sanitizeArg sanitiseRequestHeader sanitizeRequestHeader sanitiseResponseHeader sanitizeResponseHeader
    sanitiseMatched sanitizeMatched sanitiseMatchedBytes sanitizeMatchedBytes append prepend
  `),
  noted('pause', 'Waits without holding a thread, at most a minute.'),
  noted('exec', 'Needs the `programs` service, and `scripts` for files that end in `.lua`.'),
];

export const ctlOptions: readonly Entry[] = complete(`
  ruleEngine ruleRemoveById ruleRemoveByTag ruleRemoveByMsg ruleRemoveTargetById ruleRemoveTargetByTag
  ruleRemoveTargetByMsg requestBodyAccess requestBodyProcessor forceRequestBodyVariable requestBodyLimit
  responseBodyAccess responseBodyLimit responseBodyProcessor forceResponseBodyVariable auditEngine auditLogParts
  debugLogLevel hashEngine hashEnforcement
`);
