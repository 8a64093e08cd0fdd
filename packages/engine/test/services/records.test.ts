import { describe, expect, it } from 'vitest';
import { formatNativeAudit } from '../../src/index.ts';
import { multipart, run } from '../support/exchange.ts';

describe('records', () => {
  const context = { producer: 'test', componentSignatures: [], server: undefined, webAppId: '', sensorId: '' };

  it('hold no secret, however it was sent', async () => {
    const { record, verdict } = await run(
      `SecAction "id:1,phase:1,nolog,pass,sanitiseArg:password,sanitiseRequestHeader:Authorization,sanitiseResponseHeader:Set-Cookie"
SecRule REQUEST_BODY "@contains hunter" "id:2,phase:2,deny,logdata:'%{MATCHED_VAR}'"`,
      {
        method: 'POST',
        uri: '/?password=hunter22&p%61ssword=%68unter22&x=hunter22',
        headers: [
          ['Content-Type', 'application/x-www-form-urlencoded'],
          ['Authorization', 'Basic c2VjcmV0OnNlY3JldA=='],
          ['Referer', 'http://example.test/?password=hunter22'],
        ],
        body: 'user=jane&password=%68%75nter22&note=hunter22',
        response: { headers: [['Set-Cookie', 'sid=topsecret']] },
      },
    );
    const entry = formatNativeAudit(record, context, '00000000') + JSON.stringify([record, verdict]);
    for (const secret of ['hunter22', 'unter22', '%68', 'c2VjcmV0', 'topsecret']) expect(entry).not.toContain(secret);
    expect(entry).toContain('user=jane&password=**********');
    expect(entry).toContain('Sanitised-Args: "password".');
    expect(entry).toContain('Sanitised-Request-Headers: "Authorization".');
    expect(entry).toContain('Sanitised-Response-Headers: "Set-Cookie".');
  });

  it('hold no secret that a later rule named', async () => {
    const { record } = await run(
      'SecRule ARGS:password "@rx ." "id:1,phase:1,pass,logdata:\'%{MATCHED_VAR}\'"\nSecAction "id:2,phase:2,pass,nolog,sanitiseArg:password"',
      { uri: '/?password=hunter22' },
    );
    expect(JSON.stringify(record)).not.toContain('hunter22');
    expect(record.matches[0]?.data).toBe('********');
  });

  it('name what is masked in part', async () => {
    const { record } = await run('SecRule ARGS:card "@rx \\d{16}" "id:1,phase:1,pass,sanitiseMatchedBytes:4/4"', {
      uri: '/?card=4929+1234&card=4929123456781234',
    });
    expect(record.sanitised.arguments).toEqual(['card']);
    expect(record.request.uri).toBe('/?card=4929+1234&card=4929********1234');
  });

  it('hold no secret of a form that has more of them than are looked for', async () => {
    const numbers = Array.from({ length: 150 }, (_, at) => String(4929123456780000 + at));
    const cards = numbers.map((number) => `card=${number}`).join('&');
    const { record } = await run('SecRule ARGS:card "@rx \\d{16}" "id:1,phase:2,pass,sanitiseMatchedBytes"', {
      method: 'POST',
      uri: `/?${cards}`,
      headers: [
        ['Content-Type', 'application/x-www-form-urlencoded'],
        ['Referer', `http://example.test/?${cards}`],
      ],
      body: cards,
    });
    const entry = JSON.stringify(record);
    expect(numbers.filter((number) => entry.includes(number))).toEqual([]);
  });

  it('hold no secret of a JSON body', async () => {
    const { record } = await run(
      'SecAction "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON,sanitiseArg:password"',
      { method: 'POST', headers: [['Content-Type', 'application/json']], body: '{"password":"hunter22","a":1}' },
    );
    expect(record.requestBody).toBe('{"password":"********","a":1}');
  });

  it('hold no secret of a form with parts', async () => {
    const { record } = await run(
      'SecAction "id:1,phase:1,pass,nolog,sanitiseArg:password"',
      multipart('name="password"\r\n\r\nhunter22', 'name="a"\r\n\r\n1'),
    );
    expect(record.requestBody).not.toContain('hunter22');
    expect(record.requestBodyWithoutFiles).toBe('password=********&a=1');
  });

  it('are as they came when nothing is secret', async () => {
    const { record } = await run('', { uri: '/?password=hunter22' });
    expect(record.request.uri).toBe('/?password=hunter22');
    expect(record.sanitised).toEqual({ arguments: [], requestHeaders: [], responseHeaders: [] });
  });

  it('name slow rules', async () => {
    const programs = { run: () => new Promise<string>((resolve) => setTimeout(() => resolve(''), 20)) };
    const { record } = await run(
      'SecRulePerfTime 10000\nSecAction "id:1,phase:1,pass,nolog,exec:/bin/slow"\nSecAction "id:2,phase:1,pass,nolog"\nSecRule PERF_RULES:1 "@ge 10000" "id:3,phase:5,pass"\nSecRule PERF_RULES:2 "@ge 0" "id:4,phase:5,pass"',
      {},
      { programs },
    );
    expect(record.slowRules.map(([id]) => id)).toEqual([1]);
    expect(record.matches.map(({ rule }) => rule.id)).toEqual([3]);
    expect(formatNativeAudit(record, context, '00000000')).toMatch(/Rules-Performance-Info: "1=\d{5,}"\.\n/);
  });
});
