import { expect, it } from 'vitest';
import { createWaf, type DebugLine, formatDebugLine } from '../src/index.ts';

interface Run {
  readonly lines: readonly DebugLine[];
  readonly warnings: readonly string[];
}

const BODY = 'token=geheim123&b=2';

async function run(rules: string, withLog = true): Promise<Run> {
  const lines: DebugLine[] = [];
  const waf = createWaf({
    rules: [{ file: 'a.conf', text: `SecRuleEngine On\nSecRequestBodyAccess On\n${rules}` }],
    ...(withLog ? { debugLog: { write: (line: DebugLine) => lines.push(line) } } : {}),
    now: () => 0,
  });
  const tx = waf.openTransaction({
    id: 'id1',
    clientAddress: '192.0.2.1',
    clientPort: 1,
    serverAddress: '192.0.2.2',
    serverPort: 8080,
  });
  await tx.processRequestHeaders({
    method: 'POST',
    uri: '/shop/item?a=OnE%0Atwo',
    protocol: 'HTTP/1.1',
    headers: [
      ['Host', 'shop.test'],
      ['Content-Type', 'application/x-www-form-urlencoded'],
      ['Content-Length', String(BODY.length)],
    ],
  });
  tx.writeRequestBody(Buffer.from(BODY));
  await tx.processRequestBody();
  await tx.processLogging();
  return { lines, warnings: waf.warnings.map(({ message }) => message) };
}

const RULES = `SecDebugLog /var/log/debug.log
SecRule ARGS:a "@contains one" "id:1,phase:1,t:lowercase,pass,log,msg:'found',setvar:tx.n=+1"
SecRule ARGS:none "@rx x" "id:2,phase:1,pass,nolog"
SecRule ARGS:b "!@eq 1" "id:3,phase:2,pass,nolog,ctl:ruleRemoveById=4"
SecAction "id:4,phase:2,pass,nolog"
SecRule ARGS:token "@unconditionalMatch" "id:5,phase:2,pass,nolog,sanitiseArg:token"`;

it.each<[level: number, shown: readonly string[], hidden: readonly string[]]>([
  [1, [], ['Warning. ', 'Starting phase']],
  [2, ['Warning. Pattern match "one" at ARGS:a.'.replace('Pattern', 'String')], ['Starting phase', 'Recipe']],
  [
    4,
    [
      'Initialising transaction (txid id1).',
      'Starting phase REQUEST_HEADERS.',
      'Starting phase LOGGING.',
      'Recipe: Invoking rule [file "a.conf"] [line "5"] [id "1"].',
      // Also of what cannot match: it would be left out otherwise.
      'Recipe: Invoking rule [file "a.conf"] [line "6"] [id "2"].',
      'Executing operator "contains" with param "one" against ARGS:a.',
      'Executing operator "!eq" with param "1" against ARGS:b.',
      'Rule returned 1.',
      'Request body: 19 bytes, processor URLENCODED.',
      'Audit log: not logging this transaction (relevant).',
    ],
    ['Target value', 'Adding request argument'],
  ],
  [
    5,
    [
      'Adding request argument (QUERY_STRING): name "a", value "OnE\\ntwo"',
      'Adding request argument (BODY): name "b", value "2"',
      'Adding request header: name "Host", value "shop.test"',
      'Not processing rule [id "4"]: removed by a ctl action.',
    ],
    ['Target value'],
  ],
  [9, ['Target value: "one\\ntwo"', 'T lowercase: "one\\ntwo"', 'Set variable "TX:n" to "1".'], ['geheim123']],
])('level %i', async (level, shown, hidden) => {
  const { lines, warnings } = await run(`SecDebugLogLevel ${level}\n${RULES}`);
  const text = lines.map(formatDebugLine).join('\n');
  for (const one of shown) expect(text).toContain(one);
  for (const one of hidden) expect(text).not.toContain(one);
  expect(warnings).toEqual([]);
});

it('lines have the shape of ModSecurity 2.9, one each', async () => {
  const { lines } = await run(`SecDebugLogLevel 9\n${RULES}`);
  expect(new Set(lines.map(({ file }) => file))).toEqual(new Set(['/var/log/debug.log']));
  for (const line of lines) {
    expect(formatDebugLine(line)).toMatch(
      /^\[\d\d\/[A-Z][a-z]{2}\/19(70|69):\d\d:\d\d:\d\d [+-]\d{4}\] \[shop\.test\/sid#8080\]\[rid#id1\]\[\/shop\/item\]\[\d\] [^\n]+$/,
    );
  }
});

it('nothing a client sends ends a field or a line', () => {
  const line: DebugLine = {
    file: '',
    at: 0,
    level: 4,
    text: 'a\nb',
    hostname: 'x]',
    uriPath: '/][9] forged\n',
    serverPort: 80,
    transactionId: 'i',
  };
  const shown = formatDebugLine(line);
  expect(shown).toContain('[x\\x5d/sid#80][rid#i][/\\x5d[9\\x5d forged\\n][4] a\\nb');
});

it('nothing is written at level 0, and ctl raises the level from its rule on', async () => {
  expect((await run(RULES)).lines).toEqual([]);
  const { lines } = await run(`${RULES}\nSecRule ARGS:none "@rx x" "id:7,phase:2,pass,nolog"
SecAction "id:6,phase:1,pass,nolog,ctl:debugLogLevel=4"`);
  const text = lines.map(({ text }) => text).join('\n');
  expect(text).toContain('[id "7"]');
  expect(text).not.toContain('[id "1"]');
});

it('a level without a log is told at load', async () => {
  expect((await run('SecDebugLogLevel 3')).warnings).toEqual(['no debug log is written: SecDebugLog names no file']);
  expect((await run('SecDebugLog d\nSecDebugLogLevel 3', false)).warnings).toEqual([
    'this program writes no debug log',
  ]);
});
