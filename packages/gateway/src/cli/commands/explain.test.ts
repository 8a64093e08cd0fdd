import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatJsonAudit, formatNativeAudit } from '@sallyport/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleContext, sampleMatch, sampleRecord, sampleValue } from '../../../../engine/test/samples/audit-record.ts';
import { runInProcess } from '../../../test/support/in-process-command.ts';
import { UsageError } from './command.ts';
import { explainCommand } from './explain.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-explain-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const record = sampleRecord({
  id: 'the-id',
  interruption: {
    action: 'deny',
    status: 403,
    phase: 2,
    message: 'Inbound score 10',
    rule: { id: 949110, file: 'x', line: 1 },
  },
  response: { status: 403, reason: 'Forbidden', protocol: 'HTTP/1.1', headers: [] },
  matches: [
    sampleMatch({
      rule: { id: 942100, file: '/rules/942.conf', line: 46 },
      message: 'SQL injection\x1b[31m',
      severity: 2,
      data: "x: 1' or\n1",
      matched: [
        sampleValue({
          name: 'ARGS:q',
          original: "1' OR\n1",
          value: "1' or\n1",
          span: [3, 6],
          transformations: ['urlDecodeUni', 'lowercase'],
          operator: 'detectSQLi',
          changes: [{ name: 'TX:score', before: '0', after: '5' }],
        }),
      ],
    }),
    sampleMatch({
      rule: { id: 1, file: 'f', line: 2 },
      matched: [
        sampleValue({ operator: '@rx ^\\d\n', changes: [{ name: 'TX:score', before: '5', after: '10' }] }),
        sampleValue({
          name: '',
          value: '',
          original: '',
          changes: [{ name: 'TX:seen', before: undefined, after: 'yes' }],
        }),
      ],
    }),
    sampleMatch({
      rule: { id: 901, file: 'f', line: 3 },
      log: false,
      auditLog: false,
      message: 'hidden',
      matched: [
        sampleValue({
          changes: [
            { name: 'TX:total_score', before: undefined, after: '10' },
            { name: 'TX:x', before: undefined, after: '1' },
          ],
        }),
      ],
    }),
  ],
});

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, out, err } = await runInProcess(explainCommand, words);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

function jsonLog(): string {
  const file = join(directory, 'audit.log');
  const context = sampleContext();
  writeFileSync(
    file,
    `${[sampleRecord(), record, sampleRecord()].map((one) => formatJsonAudit(one, context)).join('\n')}\n`,
    'latin1',
  );
  return file;
}

describe('explain', () => {
  it('shows rules, values, matched bytes, arithmetic and verdict', async () => {
    const { code, out } = await run('the-id', '--audit-log', jsonLog());
    expect(code).toBe(0);
    expect(out.replace(/time {6}.*/, 'time      TIME')).toBe(`the-id
  request   POST /a?x=ab HTTP/1.1
  host      example.test
  client    192.0.2.1:43290
  time      TIME
  answered  403
  engine    ENABLED

1. rule 942100  SQL injection\\x1b[31m  (CRITICAL, phase 2)
   /rules/942.conf:46
   ARGS:q
     received  1' OR\\n1
     through   t:urlDecodeUni, t:lowercase
     value     1' or\\n1
                  ^^^^
     operator  @detectSQLi
     set       TX:score: 0 -> 5
   data: x: 1' or\\n1

2. rule 1  m  (phase 2)
   f:2
   ARGS:x
     received  AB
     through   t:lowercase
     value     ab
               ^^
     operator  @rx ^\\d\\n
     set       TX:score: 5 -> 10
     set       TX:seen: (nothing) -> yes

Score
  TX:score starts at 0
    rule 942100  +5  = 5
    rule 1  +5  = 10
  TX:total_score starts at 0
    rule 901  +10  = 10

Verdict: denied with 403 in phase 2 by rule 949110: Inbound score 10`);
  });

  it('colours matched bytes on a terminal and lets nothing else through', async () => {
    const out: string[] = [];
    await explainCommand.run(['the-id', '--audit-log', jsonLog()], {
      out: (line) => out.push(line),
      err: () => undefined,
      hasColour: true,
    });
    expect(out.join('\n')).toContain("1' \x1b[1;31mor\\n\x1b[0m1");
    expect(out.join('\n').replace(/\x1b\[(?:0|1|2|1;31)m/g, '')).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('prints JSON', async () => {
    const { out } = await run('the-id', '--json', '--audit-log', jsonLog());
    expect(JSON.parse(out)).toMatchObject({
      id: 'the-id',
      isPartial: false,
      scores: [{ name: 'TX:score', start: 0 }, { name: 'TX:total_score' }],
    });
  });

  it('tells from a Native log what it can', async () => {
    const file = join(directory, 'audit.log');
    const entries = [sampleRecord(), record, sampleRecord()].map((one, index) =>
      formatNativeAudit(one, sampleContext(), `0000000${index}`),
    );
    writeFileSync(file, entries.join(''), 'latin1');
    const { code, out } = await run('the-id', '--audit-log', file);
    expect(code).toBe(0);
    expect(out).toContain('rule 942100  SQL injection\\x1b[31m  (CRITICAL)');
    expect(out).toContain('   Warning. Pattern match "(a)b" at ARGS:x.');
    expect(out).toContain("data: x: 1' or\\n1");
    expect(out).toContain('set SecAuditLogFormat to JSON');
    expect(out).toContain('Verdict: denied with 403 in phase 2');
  });

  it("reads ModSecurity's own JSON", async () => {
    const file = join(directory, 'audit.log');
    const { sallyport: _ours, ...entry } = JSON.parse(formatJsonAudit(record, sampleContext()));
    writeFileSync(file, `${JSON.stringify(entry)}\n`);
    const { out } = await run('the-id', '--audit-log', file);
    expect(out).toContain('rule 942100');
    expect(out).toContain('Verdict: denied in phase 2: Inbound score 10');
  });

  it('finds entries of a Concurrent log', async () => {
    const folder = join(directory, '20261120', '20261120-2331');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '20261120-233100-the-id'), `${formatJsonAudit(record, sampleContext())}\n`, 'latin1');
    expect((await run('the-id', '--storage', directory)).out).toContain('rule 942100');
  });

  it('takes ids that begin with a dash', async () => {
    const id = '-ObbpefNTuKMYfRXqz4Hb-2j';
    const file = join(directory, 'audit.log');
    writeFileSync(file, `${formatJsonAudit({ ...record, id }, sampleContext())}\n`, 'latin1');
    expect((await run(id, '--audit-log', file)).out).toContain('rule 942100');
  });

  it('names the rule that decided by its message', async () => {
    const file = join(directory, 'audit.log');
    const interruption = {
      action: 'deny',
      status: 403,
      phase: 2,
      message: 'long',
      rule: { id: 1, file: 'f', line: 2 },
    } as const;
    writeFileSync(file, `${formatJsonAudit({ ...record, interruption }, sampleContext())}\n`, 'latin1');
    expect((await run('the-id', '--audit-log', file)).out).toMatch(/Verdict: denied with 403 in phase 2 by rule 1: m$/);
  });

  it('says where it looked for an unknown id', async () => {
    const file = jsonLog();
    expect(await run('nobody', '--audit-log', file)).toEqual({
      code: 1,
      out: '',
      err: `${file} has no entry for nobody; was the request audited (SecAuditEngine), and is this its log?`,
    });
    expect((await run('x', '--audit-log', join(directory, 'none'))).err).toMatch(/^cannot read .*none: ENOENT/);
  });

  it('is not misled by an entry that another request carries in its body', async () => {
    const forged = formatNativeAudit(record, sampleContext(), 'deadbeef').replaceAll('942100', '666');
    const carrier = formatNativeAudit(sampleRecord({ requestBody: `\n${forged}` }), sampleContext(), '12345678');
    const file = join(directory, 'audit.log');
    writeFileSync(file, `${carrier}${formatNativeAudit(record, sampleContext(), '9abcdef0')}`, 'latin1');
    const { out } = await run('the-id', '--audit-log', file);
    expect(out).toContain('rule 942100');
    expect(out).not.toContain('666');
  });

  it.each([
    [[], 'explain takes one request id'],
    [['a', 'b'], 'explain takes one request id'],
    [['a', '--storage', 'x', '--audit-log', 'y'], 'exclude each other'],
    [['a', '--config', '/nowhere.yaml'], 'say where to look'],
  ])('refuses %j', async (words, message) => {
    await expect(run(...words)).rejects.toThrow(UsageError);
    await expect(run(...words)).rejects.toThrow(message);
  });
});
