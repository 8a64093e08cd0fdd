import type { Action } from '../registry/action.ts';
import { allow } from './allow.ts';
import { capture } from './capture.ts';
import { append, prepend } from './content-injection.ts';
import { ctl } from './ctl.ts';
import { deprecatevar } from './deprecatevar.ts';
import { exec } from './exec.ts';
import { expirevar } from './expirevar.ts';
import { chain, skip, skipAfter } from './flow.ts';
import { id } from './id.ts';
import { auditlog, log, noauditlog, nolog } from './logging.ts';
import { marker } from './marker.ts';
import { accuracy, maturity } from './maturity-and-accuracy.ts';
import { multiMatch } from './multi-match.ts';
import { initcol, setrsc, setsid, setuid } from './open-collection.ts';
import { pause } from './pause.ts';
import { phase } from './phase.ts';
import { proxy, redirect } from './redirect-and-proxy.ts';
import {
  sanitiseArg,
  sanitiseMatched,
  sanitiseMatchedBytes,
  sanitiseRequestHeader,
  sanitiseResponseHeader,
} from './sanitise.ts';
import { setenv } from './setenv.ts';
import { setvar } from './setvar.ts';
import { severity } from './severity.ts';
import { block, deny, drop, pass } from './simple-disruptive.ts';
import { status } from './status.ts';
import { t } from './t.ts';
import { logdata, msg, rev, tag, ver } from './text-metadata.ts';
import { xmlns } from './xmlns.ts';

/** Every action of the language. */
export const actions: readonly Action[] = [
  accuracy,
  allow,
  append,
  auditlog,
  block,
  capture,
  chain,
  ctl,
  deny,
  deprecatevar,
  drop,
  exec,
  expirevar,
  id,
  initcol,
  log,
  logdata,
  marker,
  maturity,
  msg,
  multiMatch,
  noauditlog,
  nolog,
  pass,
  pause,
  phase,
  prepend,
  proxy,
  redirect,
  rev,
  sanitiseArg,
  sanitiseMatched,
  sanitiseMatchedBytes,
  sanitiseRequestHeader,
  sanitiseResponseHeader,
  setenv,
  setrsc,
  setsid,
  setuid,
  setvar,
  severity,
  skip,
  skipAfter,
  status,
  t,
  tag,
  ver,
  xmlns,
];
