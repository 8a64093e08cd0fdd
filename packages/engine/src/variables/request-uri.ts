import { NO_MEMBERS, scalar } from '../registry/member.ts';
import type { TransactionState } from '../registry/transaction-state.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

/**
 * The path as ModSecurity 2 under Apache shows it: as sent in phase 1, decoded once and with dot segments and double
 * slashes resolved from phase 2 on.
 */
function pathInPhase(tx: TransactionState): string {
  return tx.phase === 1 ? tx.request.rawPath : tx.request.path;
}

export const requestUri: Variable = defineVariable({
  name: 'REQUEST_URI',
  summary:
    'Path and query. The path is raw in phase 1, decoded once and normalised from phase 2 on; the query is always raw.',
  kind: 'scalar',
  members: (tx) => {
    const path = pathInPhase(tx);
    return scalar(tx.request.query === undefined ? path : `${path}?${tx.request.query}`);
  },
});

export const requestUriRaw: Variable = defineVariable({
  name: 'REQUEST_URI_RAW',
  summary: 'The request target exactly as sent, absolute form included.',
  kind: 'scalar',
  members: (tx) => scalar(tx.request.uri),
});

export const requestFilename: Variable = defineVariable({
  name: 'REQUEST_FILENAME',
  summary: 'The path without the query; raw in phase 1, decoded once and normalised from phase 2 on.',
  kind: 'scalar',
  members: (tx) => scalar(pathInPhase(tx)),
});

export const requestBasename: Variable = defineVariable({
  name: 'REQUEST_BASENAME',
  summary: 'What follows the last slash or backslash of REQUEST_FILENAME.',
  kind: 'scalar',
  members: (tx) => {
    const path = pathInPhase(tx);
    return scalar(path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1));
  },
});

export const queryString: Variable = defineVariable({
  name: 'QUERY_STRING',
  summary: 'Raw text after the first question mark; absent when there is none.',
  kind: 'scalar',
  members: (tx) => (tx.request.query === undefined ? NO_MEMBERS : scalar(tx.request.query)),
});

export const pathInfo: Variable = defineVariable({
  name: 'PATH_INFO',
  summary: 'The decoded path. A proxy knows no script the path could end at, so all of it is path information.',
  kind: 'scalar',
  phase: 2,
  members: (tx) => scalar(tx.request.path),
});
