import { describe, expect, test } from 'vitest';
import type { TransactionRecord, Waf } from '../src/contract.ts';
import { createWaf } from '../src/index.ts';

/** Rules of both groups that are planned apart, in phases that are planned together and alone, and a later link of a chain. */
const RULES = `SecRuleEngine On
SecRequestBodyAccess On
SecResponseBodyAccess On
SecResponseBodyMimeType text/plain
SecAction "id:1,phase:1,pass,nolog,setvar:tx.level=1"
SecRule ARGS:level "@rx ^2$" "id:8,phase:1,pass,nolog,setvar:tx.level=2"
SecRule TX:level "@lt 2" "id:2,phase:1,pass,nolog,skipAfter:END"
SecRule ARGS "@rx one[0-9]" "id:3,phase:1,pass,log"
SecMarker END
SecRule ARGS|REQUEST_HEADERS "@rx (?i)two[0-9]+|twice" "id:4,phase:1,pass,log,t:lowercase"
SecRule ARGS "@pm three drei" "id:5,phase:2,pass,log,t:urlDecodeUni"
SecRule RESPONSE_BODY "@contains four" "id:6,phase:4,pass,log,chain"
SecRule RESPONSE_BODY "@rx five\\d" "t:none"
SecRule ARGS "!@pm six sex" "id:7,phase:2,pass,log"`;

const load = (): Waf => createWaf({ rules: [{ file: 'rules.conf', text: RULES }] });

function firedBy(waf: Waf): readonly number[] {
  const transaction = waf.openTransaction({
    id: 'x',
    clientAddress: '192.0.2.1',
    clientPort: 1,
    serverAddress: '192.0.2.2',
    serverPort: 80,
  });
  transaction.processRequestHeaders({
    method: 'GET',
    uri: '/?a=one1&b=TWO22&c=three&d=six&level=2',
    protocol: 'HTTP/1.1',
    headers: [['Host', 'twice.test']],
  });
  transaction.processRequestBody();
  transaction.processResponseHeaders({ status: 200, protocol: 'HTTP/1.1', headers: [['Content-Type', 'text/plain']] });
  transaction.writeResponseBody(Buffer.from('four five5'));
  transaction.processResponseBody();
  const { matches } = transaction.processLogging() as TransactionRecord;
  return matches.map(({ rule }) => rule.id);
}

/** One for each value that matches. */
const FIRED = [3, 4, 4, 5, 7, 7, 7, 7, 6];

describe('what a load leaves for later', () => {
  test('is made by the first request', () => {
    const waf = load();
    expect(firedBy(waf)).toEqual(FIRED);
    expect(firedBy(waf)).toEqual(FIRED);
  });

  test('is not waited for, however far it is', () => {
    const pieces = [...load().prepare()].length;
    // Patterns alone where the suite runs on the reference evaluator.
    expect(pieces).toBeGreaterThan(2);
    for (let made = 0; made <= pieces; made++) {
      const waf = load();
      const preparation = waf.prepare()[Symbol.iterator]();
      for (let piece = 0; piece < made; piece++) preparation.next();
      expect(firedBy(waf), `a request behind ${made} of ${pieces} pieces`).toEqual(FIRED);
      while (preparation.next().done !== true);
      expect(firedBy(waf)).toEqual(FIRED);
    }
  });

  test('is made once', () => {
    const waf = load();
    expect([...waf.prepare()]).not.toEqual([]);
    expect([...waf.prepare()]).toEqual([]);
  });
});
