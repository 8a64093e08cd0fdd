import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, open as connectTo, talk } from './support/client.ts';
import { type GateOptions, type RunningGate, startGate, testFolder } from './support/gate.ts';
import { until } from './support/until.ts';
import { closedPort, startEagerUpstream, startUpstream } from './support/upstream.ts';

interface Line {
  readonly [field: string]: unknown;
}

/** Lines of the JSON access log, once there are so many. */
async function jsonLines({ gateway, folder }: RunningGate, count: number): Promise<readonly Line[]> {
  return until(
    async () => {
      await gateway.logs.flush();
      const lines = textLines(folder, 'access.json');
      return lines.length >= count && lines.map((line) => JSON.parse(line) as Line);
    },
    () => 'the lines did not come',
  );
}

function textLines(folder: string, file: string): string[] {
  try {
    return readFileSync(join(folder, file), 'latin1').split('\n').slice(0, -1);
  } catch {
    return [];
  }
}

const LOGS = 'logs: { error: error.log, access: [{ file: access.json, format: json }] }';

const open = (port: number, options: GateOptions = {}): Promise<RunningGate> =>
  startGate(port, { ...options, yaml: `${LOGS}\n${options.yaml ?? ''}` });

describe('who decided', () => {
  const RULES = `SecRuleEngine On
SecRequestBodyAccess On
SecRule ARGS:a "@streq phase1" "id:11,phase:1,deny,status:403"
SecRule ARGS:a "@streq phase2" "id:12,phase:2,deny,status:406"
SecRule RESPONSE_HEADERS:X-Leak "@streq yes" "id:13,phase:3,deny,status:502"`;

  it.each<[what: string, path: string, status: number, decided: string, reason: string]>([
    ['an upstream that answers', '/', 200, 'upstream', 'app'],
    ['an upstream that refuses', '/401', 401, 'upstream', 'app'],
    ['a rule of phase 1', '/?a=phase1', 403, 'waf', '11'],
    ['a rule of phase 2', '/?a=phase2', 406, 'waf', '12'],
    ['a rule of phase 3, whatever the upstream said', '/leak', 502, 'waf', '13'],
    ['the strict reading of HTTP', '/%00', 400, 'http', 'SP1012'],
    ['a limit', `/${'x'.repeat(9000)}`, 414, 'limits', 'SP1006'],
  ])('%s', async (_what, path, status, decided, reason) => {
    const upstream = await startUpstream((request, response) => {
      if (request.url === '/401') response.writeHead(401);
      if (request.url === '/leak') response.setHeader('X-Leak', 'yes');
      response.end('x');
    });
    const gate = await open(upstream.port, { rules: RULES });
    const answer = await ask(gate.port, path);
    expect(answer.status).toBe(status);
    const [line] = await jsonLines(gate, 1);
    expect(line).toMatchObject({ status, decided_by: decided, reason, id: answer.headers['x-request-id'] });
  });

  it('an upstream that is not there, a route that is not there', async () => {
    const gate = await open(await closedPort(), { yaml: 'routes: [{ upstream: app, path: /app, waf: off }]' });
    await ask(gate.port, '/app');
    await ask(gate.port, '/elsewhere');
    expect(await jsonLines(gate, 2)).toMatchObject([
      { status: 502, decided_by: 'upstream', reason: 'SP2001', upstream: 'app' },
      { status: 404, decided_by: 'route', reason: 'SP1080' },
    ]);
  });

  it('the parser, for requests it could not read', async () => {
    const upstream = await startUpstream();
    const gate = await open(upstream.port, { rules: RULES });
    await talk(gate.port, 'GET / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n');
    const [line] = await jsonLines(gate, 1);
    expect(line).toMatchObject({ status: 400, decided_by: 'http', reason: 'SP1001', method: 'GET', connection: '-' });
    expect(line?.['bytes_out']).toBeGreaterThan(300);
  });

  it('a client that leaves before its answer', async () => {
    const upstream = await startEagerUpstream(() => {});
    const gate = await open(upstream.port);
    const client = await connectTo(gate.port);
    client.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect.poll(() => upstream.seen.length).toBe(1);
    client.destroy();
    expect(await jsonLines(gate, 1)).toMatchObject([
      { status: 499, decided_by: 'http', reason: 'SP1062', connection: 'X' },
    ]);
  });
});

describe('JSON lines', () => {
  it('account for every byte of a kept connection', async () => {
    const upstream = await startUpstream((_request, response) => response.end('x'.repeat(5000)));
    const gate = await open(upstream.port);
    const first = 'POST /one?q=1 HTTP/1.1\r\nHost: h.test\r\nContent-Length: 3\r\nUser-Agent: t\xe9st\r\n\r\nabc';
    const second = 'GET /two HTTP/1.1\r\nHost: h.test\r\n\r\n';
    const one = await talk(gate.port, first);
    const both = await talk(gate.port, first.replace('/one', '/uno'), 50);
    expect(one.length).toBe(both.length);
    const [line] = await jsonLines(gate, 2);
    expect(line).toMatchObject({
      bytes_in: first.length,
      bytes_out: one.length,
      body_bytes: 5000,
      requests_before: 0,
      connection: '+',
      host: 'h.test',
      method: 'POST',
      target: '/one?q=1',
      protocol: 'HTTP/1.1',
      user_agent: 't\xe9st',
      upstream: 'app',
    });
    // Two requests sent at once: the bytes of both are counted once.
    const pair = first + second;
    const answers = await talk(gate.port, pair);
    const [, , left, right] = await jsonLines(gate, 4);
    expect(Number(left?.['bytes_in']) + Number(right?.['bytes_in'])).toBe(pair.length);
    expect(Number(left?.['bytes_out']) + Number(right?.['bytes_out'])).toBe(answers.length);
    expect(right).toMatchObject({ requests_before: 1, target: '/two' });
  });

  it('take the time apart without a gap', async () => {
    const upstream = await startUpstream((_request, response) => setTimeout(() => response.end('late'), 60));
    const gate = await open(upstream.port, {
      rules: 'SecRuleEngine On\nSecRule ARGS:none "@rx x" "id:1,phase:2,pass"',
    });
    await ask(gate.port, '/');
    const [line] = await jsonLines(gate, 1);
    const stages = line?.['stages_us'] as Record<string, number>;
    expect(Object.keys(stages)).toEqual(['head', 'body', 'rules', 'upstream', 'answer', 'send']);
    expect(Object.values(stages).reduce((sum, time) => sum + time, 0)).toBe(line?.['duration_us']);
    expect(stages['upstream']).toBeGreaterThan(50_000);
    for (const time of Object.values(stages)) expect(time).toBeGreaterThanOrEqual(0);
  });

  it('tell rules and scores, and keep masked what rules or the configuration mask', async () => {
    const upstream = await startUpstream();
    const gate = await open(upstream.port, {
      rules: `SecRuleEngine On
SecRule ARGS:card "@rx \\d" "id:21,phase:1,pass,log,sanitiseMatched,setvar:tx.inbound_anomaly_score=+5"
SecRule ARGS:x "@rx ." "id:22,phase:1,pass,nolog"`,
    });
    await ask(gate.port, '/?card=4242&password=hunter2&x=1');
    const [line] = await jsonLines(gate, 1);
    expect(line).toMatchObject({ rules: [21], scores: { inbound: 5 } });
    expect(line?.['target']).toBe('/?card=****&password=*******&x=1');
  });
});

describe('formats of Apache', () => {
  it("write ModSecurity 1.x's timing line from its own CustomLog line, times in order", async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, {
      rules: 'SecRuleEngine On\nSecRule ARGS:none "@rx x" "id:1,phase:2,pass"',
      yaml: String.raw`logs:
  error: error.log
  access:
    - CustomLog timer.log "%t \"%r\" %>s - %<{mod_security-time1}n %<{mod_security-time2}n %<{mod_security-time3}n %D %{UNIQUE_ID}e"
    - { file: access.json, format: json }`,
    });
    const { headers } = await ask(gate.port, '/x?y', { method: 'POST' }, 'a=b');
    await jsonLines(gate, 1);
    const [line = ''] = textLines(gate.folder, 'timer.log');
    const parts = /^\[[^\]]+\] "POST \/x\?y HTTP\/1\.1" 200 - (\d+) (\d+) (\d+) (\d+) (\S+)$/.exec(line);
    expect(parts, line).not.toBeNull();
    const times = parts?.slice(1, 5).map(Number) ?? [];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(parts?.[5]).toBe(headers['x-request-id']);
  });

  it('go where their conditions and programs say', async () => {
    const upstream = await startUpstream((request, response) => {
      response.writeHead(request.url === '/gone' ? 410 : 200);
      response.end();
    });
    const folder = testFolder();
    const piped = join(folder, 'piped.log');
    const gate = await startGate(upstream.port, {
      rules: 'SecRuleEngine On\nSecRule REQUEST_URI "@beginsWith /quiet" "id:1,phase:1,pass,nolog,setenv:quiet"',
      yaml: `logs:
  error: error.log
  access:
    - { file: loud.log, format: "%U %{quiet}e", when: "env=!quiet" }
    - { file: bad.log, format: "%s %U", when: "status=400-599" }
    - { program: [sh, -c, 'cat > "$0"', "PIPED"], format: agent }
    - { file: access.json, format: json }`.replace('PIPED', piped),
    });
    for (const path of ['/loud', '/quiet', '/gone'])
      await ask(gate.port, path, { headers: { 'user-agent': `ua${path}` } });
    await jsonLines(gate, 3);
    expect(textLines(gate.folder, 'loud.log')).toEqual(['/loud -', '/gone -']);
    expect(textLines(gate.folder, 'bad.log')).toEqual(['410 /gone']);
    await gate.gateway.logs.close();
    expect(textLines(folder, 'piped.log')).toEqual(['ua/loud', 'ua/quiet', 'ua/gone']);
  });
});
