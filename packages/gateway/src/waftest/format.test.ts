import { describe, expect, it } from 'vitest';
import { parseWaftest } from './format.ts';

const head = 'SecAction "id:1"\n--- request\nGET / HTTP/1.1\n';

describe('parseWaftest', () => {
  it('reads rules, pairs, titles and places', () => {
    const file = parseWaftest(
      `# comment
SecAction "id:1"
--- request first
POST /a b HTTP/1.1
Host:  x 
A:

one
two

--- response
HTTP/1.1 404 Not Found

gone
--- expect
# nothing yet
status 404
fired 1 2
not fired 3
variable TX:score = 5 x
variable TX:empty =
log contains [id "1"]
log lacks x
--- request
GET /
--- expect
fired nothing
`,
      'a.waftest',
    );
    expect(file.rules).toBe('# comment\nSecAction "id:1"');
    expect(file.cases).toEqual([
      {
        line: 3,
        title: 'first',
        request: {
          start: 'POST /a b HTTP/1.1',
          headers: [
            ['Host', 'x'],
            ['A', ''],
            ['Content-Length', '10'],
          ],
          body: 'one\r\ntwo\r\n',
        },
        response: { start: 'HTTP/1.1 404 Not Found', headers: [['Content-Length', '4']], body: 'gone' },
        expectations: [
          { kind: 'status', status: 404, line: 17 },
          { kind: 'fired', ids: [1, 2], line: 18 },
          { kind: 'not fired', ids: [3], line: 19 },
          { kind: 'variable', name: 'TX:score', value: '5 x', line: 20 },
          { kind: 'variable', name: 'TX:empty', value: '', line: 21 },
          { kind: 'log contains', text: '[id "1"]', line: 22 },
          { kind: 'log lacks', text: 'x', line: 23 },
        ],
      },
      {
        line: 24,
        title: '',
        request: { start: 'GET /', headers: [], body: '' },
        response: undefined,
        expectations: [{ kind: 'fired nothing', line: 27 }],
      },
    ]);
  });

  it('keeps framing that is written down', () => {
    const [one] = parseWaftest(`${head}content-length: 99\n\nab\n--- expect\nstatus 200`, 'a').cases;
    expect(one?.request.headers).toEqual([['content-length', '99']]);
  });

  it.each([
    ['SecAction "id:1"\n', 'a:1 no "--- request" section'],
    ['--- requests\nGET /', 'a:1 unknown section "requests"; there are request, response and expect'],
    ['x\n--- expect\nstatus 200', 'a:2 "expect" without a request before it'],
    [head, 'a:2 this request has no "--- expect" section'],
    [`${head}--- expect\n# only a comment`, 'a:4 "expect" says nothing'],
    [`${head}nocolon\n--- expect\nstatus 200`, 'a:4 a header needs a name and a colon'],
    ['--- request\n--- expect\nstatus 200', 'a:2 the request has no first line'],
    [`${head}--- expect\nstatus ok`, /^a:5 "status ok" is not an expectation; there are status, /],
    [`${head}--- expect\nfired 1,2`, /^a:5 "fired 1,2" is not/],
  ])('refuses %j', (text, message) => expect(() => parseWaftest(text, 'a')).toThrow(message));
});
