import { NO_MEMBERS, scalar } from '../registry/member.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

const NO_FILE = 'it never has a value, because a proxy serves no local file; test REQUEST_FILENAME instead';

/** Words that are known and have nothing to say here. */
export const obsoleteVariables: readonly Variable[] = [
  ...['FILENAME', 'BASENAME', 'UID', 'GID', 'USERNAME', 'GROUPNAME', 'MODE'].map((suffix) =>
    defineVariable({
      name: `SCRIPT_${suffix}`,
      summary: 'Data of the local file that answers; has no value in a proxy.',
      kind: 'scalar',
      phase: 2,
      deprecated: NO_FILE,
      members: () => NO_MEMBERS,
    }),
  ),
  defineVariable({
    name: 'JSON',
    summary: 'Has no value: the leaves of JSON bodies are in ARGS.',
    kind: 'collection',
    phase: 2,
    deprecated: 'it never has a value; the leaves of JSON bodies are in ARGS',
    members: () => NO_MEMBERS,
  }),
  defineVariable({
    name: 'SDBM_DELETE_ERROR',
    summary: 'Always 0.',
    kind: 'scalar',
    phase: 2,
    deprecated: 'it is always 0, because there are no SDBM files',
    members: () => scalar('0'),
  }),
];
