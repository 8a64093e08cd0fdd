/** mod_headers, as far as values are fixed. */
import { checkHeaderName, checkHeaderValue } from '../../config/checks.ts';
import type { Edits } from './scope.ts';
import type { Topic } from './topic.ts';

function edit(side: 'requestHeaders' | 'responseHeaders'): Topic[string] {
  return ({ args, at }, scope, { ledger }) => {
    const key = side === 'requestHeaders' ? 'request_headers' : 'response_headers';
    const words = /^(always|onsuccess)$/i.test(args[0] ?? '') && side === 'responseHeaders' ? args.slice(1) : args;
    const [action = '', written = '', value = '', ...more] = words;
    const name = written.replace(/:$/, '');
    const mistake = checkHeaderName(name);
    const edits: Edits = scope[side];
    if (mistake !== undefined) ledger.leftOut(at, mistake);
    else if (action.toLowerCase() === 'unset') {
      edits.remove.add(name);
      ledger.carried(at, `${key}.remove: ${name}`);
    } else if (!/^(set|setifempty)$/i.test(action)) ledger.leftOut(at, `headers are set or removed, not "${action}"`);
    else if (more.length > 0) ledger.leftOut(at, 'headers are not set under a condition');
    else if (/%[{a-zA-Z]|^expr=/.test(value)) ledger.leftOut(at, 'values are fixed texts');
    else {
      const wrong = checkHeaderValue(value);
      if (wrong !== undefined) {
        ledger.leftOut(at, wrong);
        return;
      }
      edits.set.set(name, value.replaceAll('%%', '%'));
      const note = side === 'responseHeaders' ? ['on answers of upstreams; not on pages of the gate'] : [];
      ledger.carried(at, `${key}.set: ${name}`, ...note);
    }
  };
}

export const headers: Topic = {
  header: edit('responseHeaders'),
  requestheader: edit('requestHeaders'),
};
