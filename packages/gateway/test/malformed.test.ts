/** Requests that two readers may understand differently never get through, and nothing sent after them does. */
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { closed, open, statuses, talk } from './support/client.ts';
import { startGate } from './support/gate.ts';
import { startUpstream } from './support/upstream.ts';

const HOST = 'Host: example.test\r\n';

const get = (target: string, headers = ''): string => `GET ${target} HTTP/1.1\r\n${HOST}${headers}\r\n`;

describe('malformed requests', () => {
  it('a request line without a version gets no answer at all', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    expect(await talk(gate.port, `GET / \r\n${HOST}\r\n`)).toBe('');
    expect(await gate.accessLog()).toContain('"GET / " 400');
  });

  it('garbage after a finished request does not disturb its answer', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    const received = await talk(gate.port, `${get('/first')}\x16\x03\x01garbage\r\n\r\n`);
    expect(statuses(received)).toEqual([200, 400]);
    expect(upstream.seen.map((one) => one.url)).toEqual(['/first']);
  });
});

/** As `talk`, in two packets. */
async function talkInTwo(port: number, bytes: string, cut: number): Promise<string> {
  const socket = await open(port);
  socket.setNoDelay();
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
  });
  const over = closed(socket);
  socket.write(bytes.slice(0, cut), 'latin1');
  await wait(10);
  socket.write(bytes.slice(cut), 'latin1');
  await over;
  return received;
}

it('a refused request is answered, logged and shown to the rules in the same way wherever its bytes are divided', async () => {
  const upstream = await startUpstream();
  const gate = await startGate(upstream.port, {
    rules: `SecRuleEngine On
SecRule REQUEST_HEADERS:X-A "@streq evil" "id:1,phase:1,deny,status:403,log,msg:'seen'"
`,
  });
  const request = `POST /path HTTP/1.1\r\n${HOST}X-A: evil\r\nX-B: a\x01\r\n\r\n`;
  const cuts = Array.from({ length: request.length - 1 }, (_, at) => at + 1).filter((at) => at % 3 === 0);
  for (const cut of cuts) {
    const received = await talkInTwo(gate.port, request, cut);
    // What comes behind the byte that is refused is not waited for.
    expect(statuses(received), `cut at ${cut}`).toEqual([400]);
  }
  const lines = (await gate.accessLog()).trimEnd().split('\n');
  expect(lines.filter((line) => line.includes('"POST /path HTTP/1.1" 400'))).toHaveLength(cuts.length);
  expect((await gate.errorLog()).match(/\[id "1"\]/g)).toHaveLength(cuts.length);
});

describe('odd but unambiguous requests pass', () => {
  it.each([
    ['an absolute form of the same host', get('http://example.test/a?b'), '/a?b'],
    ['an absolute form without a path', get('http://example.test?b'), '/?b'],
    ['one empty line first', `\r\n${get('/a')}`, '/a'],
    ['HTTP/1.0 without Host', 'GET /a HTTP/1.0\r\n\r\n', '/a'],
    ['a colon in the path', get('/x:80'), '/x:80'],
    ['a backslash in the query', get('/a?b=\\c'), '/a?b=\\c'],
    ['encoded slashes stay encoded', get('/a%2Fb'), '/a%2Fb'],
    ['invalid escapes stay', get('/%zz?%'), '/%zz?%'],
    ['double slashes stay', get('//a//b'), '//a//b'],
    ['dots within a segment', get('/..a/b..c/...'), '/..a/b..c/...'],
  ])('%s', async (_name, request, url) => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port);
    expect(statuses(await talk(gate.port, request))).toEqual([200]);
    expect(upstream.seen.map((one) => one.url)).toEqual([url]);
  });
});

describe('while rules only detect', () => {
  it('policy refusals pass and are noted; framing errors are refused all the same', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { rules: 'SecRuleEngine DetectionOnly\n' });
    expect(statuses(await talk(gate.port, get('/', 'Content-Type: a/b\r\nContent-Type: c/d\r\n')))).toEqual([200]);
    expect(statuses(await talk(gate.port, get('/a/../b')))).toEqual([200]);
    expect(statuses(await talk(gate.port, get('/', HOST)))).toEqual([400]);
    expect(upstream.seen.map((one) => [one.url, one.headers['content-type']])).toEqual([
      ['/', 'a/b, c/d'],
      ['/b', undefined],
    ]);
    expect(await gate.errorLog()).toContain('would refuse: dot segments in the request path');
  });

  it('rules see requests the parser refused', async () => {
    const upstream = await startUpstream();
    const rules = `SecRuleEngine On
SecRule REQUEST_METHOD "@streq |GET" "id:1,phase:1,pass,log,msg:'bad method'"
SecRule REQUEST_HEADERS:X-A "@contains evil" "id:2,phase:2,deny,status:403,log,msg:'seen'"
`;
    const gate = await startGate(upstream.port, { rules });
    expect(statuses(await talk(gate.port, `|GET / HTTP/1.1\r\n${HOST}X-A: evil\r\n\r\n`))).toEqual([400]);
    const log = await gate.errorLog();
    expect(log).toContain('[id "1"]');
    expect(log).toContain('[id "2"]');
    expect(log).toContain('[hostname "example.test"]');
    expect(upstream.seen).toEqual([]);
  });
});
