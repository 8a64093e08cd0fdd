import { describe, expect, it } from 'vitest';
import { createWaf, type Script, type ScriptEngine, type TransactionRecord } from '../src/index.ts';

/** SecRuleScript and scripts behind exec and @inspectFile, with TypeScript in place of Lua. */

function engineOf(run: Script['run']): ScriptEngine & { readonly compiled: string[] } {
  const compiled: string[] = [];
  return {
    compiled,
    compile: (text, path) => {
      if (text === 'broken') throw new Error(`${path}:1: syntax error`);
      compiled.push(path);
      return { run };
    },
  };
}

const files = (text: string) => ({
  read: () => text,
  list: () => [],
  resolve: (_from: string, path: string) => `/rules/${path}`,
});

async function inspect(rules: string, run: Script['run'], uri = '/p?a=One&a=two&b=3'): Promise<TransactionRecord> {
  const waf = createWaf({
    rules: [{ file: 'a.conf', text: `SecRuleEngine On\n${rules}` }],
    files: files('script'),
    scripts: engineOf(run),
  });
  const end = { clientAddress: '192.0.2.1', clientPort: 1, serverAddress: '192.0.2.2', serverPort: 80 };
  const tx = waf.openTransaction({ id: 'a', ...end });
  await tx.processRequestHeaders({ method: 'GET', uri, protocol: 'HTTP/1.1', headers: [['Host', 'x']] });
  await tx.processRequestBody();
  return await tx.processLogging();
}

describe('SecRuleScript', () => {
  it('matches by a text, which is what the log says', async () => {
    const record = await inspect(
      'SecRuleScript x.lua "id:1,phase:2,deny,status:409,log,msg:\'m\'"',
      () => 'two "spies"\n',
    );
    expect(record.interruption).toMatchObject({ status: 409, rule: { id: 1 } });
    expect(record.matches[0]).toMatchObject({ operatorText: 'two \\"spies\\"\\n', message: 'm' });
  });

  it('is asked in every exchange, also where it leaves no record', async () => {
    const rules = `SecRuleScript x.lua "id:1,phase:1,nolog,pass,setvar:tx.seen=1"
SecRule TX:seen "@eq 1" "id:2,phase:1,pass"`;
    const fired = async (uri: string) =>
      (await inspect(rules, (host) => host.variables('ARGS.a', [])[0]?.value, uri)).matches.map(({ rule }) => rule.id);
    expect([await fired('/?a=1'), await fired('/')]).toEqual([[2], []]);
  });

  it('does not match without one', async () => {
    expect((await inspect('SecRuleScript x.lua "id:1,phase:2,deny"', () => undefined)).matches).toEqual([]);
  });

  it('stands in chains and does its actions', async () => {
    const rules = `SecRule ARGS:a "@streq two" "id:1,phase:2,deny,chain"
SecRuleScript x.lua "setvar:tx.seen=1"
SecRule TX:seen "@eq 1" "id:2,phase:5,pass"`;
    const record = await inspect(rules, () => 'yes');
    expect(record.matches.map(({ rule }) => rule.id)).toEqual([1, 2]);
  });

  it('that fails is a failure of inspection', async () => {
    const fail = (): never => {
      throw new Error('x.lua:3: attempt to index a nil value');
    };
    await expect(inspect('SecRuleScript x.lua "id:1,phase:2,deny"', fail)).rejects.toThrow('attempt to index');
  });

  it.each([
    ['script', 'SecRuleScript x.lua "phase:2,deny"', 'the rule has no id'],
    ['broken', 'SecRuleScript x.lua "id:1,phase:2,deny"', 'SecRuleScript: /rules/x.lua:1: syntax error'],
    ['broken', 'SecAction "id:1,phase:2,exec:x.lua"', '/rules/x.lua:1: syntax error'],
    ['broken', 'SecRule ARGS "@inspectFile x.lua" "id:1,phase:2"', '@inspectFile: /rules/x.lua:1: syntax error'],
    ['script', 'SecRuleScript x.lua "id:1,phase:2,denny"', 'unknown action "denny"'],
  ])('a %s with %s is refused', (text, rules, message) => {
    const scripts = engineOf(() => undefined);
    expect(() => createWaf({ rules: [{ file: 'a.conf', text: rules }], files: files(text), scripts })).toThrow(message);
  });
});

describe('what scripts see', () => {
  it.each([
    ['ARGS', [], ['ARGS:a=One', 'ARGS:a=two', 'ARGS:b=3']],
    ['ARGS.A', ['lowercase'], ['ARGS:a=one', 'ARGS:a=two']],
    ['args:b', ['none'], ['ARGS:b=3']],
    ['REQUEST_URI', ['uppercase', 'hexEncode'], ['REQUEST_URI=2f503f413d4f4e4526413d54574f26423d33']],
    ['TX.none', [], []],
  ])('%s after %j', async (target, transformations, expected) => {
    const record = await inspect('SecRuleScript x.lua "id:1,phase:2,pass"', (host) =>
      host
        .variables(target, transformations)
        .map(({ name, value }) => `${name}=${value}`)
        .join('|'),
    );
    expect(record.matches[0]?.operatorText.split('|').filter((one) => one !== '')).toEqual(expected);
  });

  it.each([
    ['no variable of that name', 'ARGZ', [], 'unknown variable "ARGZ"'],
    ['no transformation of that name', 'ARGS', ['lower'], 'unknown transformation "lower"'],
  ])('there is %s', async (_name, target, transformations, message) => {
    const ask = inspect('SecRuleScript x.lua "id:1,phase:2,pass"', (host) =>
      String(host.variables(target, transformations)),
    );
    await expect(ask).rejects.toThrow(message);
  });

  it('variables they set are there for rules', async () => {
    const record = await inspect(
      'SecRuleScript x.lua "id:1,phase:1,pass"\nSecRule TX:score "@eq 7" "id:2,phase:2,pass"',
      (host) => {
        host.setVariable('tx.Score', '7');
        return 'set';
      },
    );
    expect(record.matches.map(({ rule }) => rule.id)).toEqual([1, 2]);
  });

  it.each(['ARGS.a', 'tx', 'ip.x'])('%s cannot be set', async (name) => {
    const set = inspect('SecRuleScript x.lua "id:1,phase:2,pass"', (host) => String(host.setVariable(name, '1')));
    await expect(set).rejects.toThrow(`"${name}" is not a variable that can be set`);
  });

  it('messages of levels 1 to 3 reach the error log', async () => {
    const record = await inspect('SecRuleScript x.lua "id:1,phase:2,pass"', (host) => {
      for (const level of [0, 1, 2, 3, 4, 9]) host.log(level, `m${level}`);
      return undefined;
    });
    expect(record.messages.map(({ text }) => text)).toEqual(['m1', 'm2', 'm3']);
  });
});

describe('scripts in other places', () => {
  it.each([
    ['a text refuses', 'virus', [1]],
    ['none approves', undefined, []],
  ])('@inspectFile: %s', async (_name, answer, fired) => {
    const values: (string | undefined)[] = [];
    const record = await inspect('SecRule ARGS:b "@inspectFile x.lua" "id:1,phase:2,deny"', (_host, argument) => {
      values.push(argument);
      return answer;
    });
    expect(values).toEqual(['3']);
    expect(record.matches.map(({ rule }) => rule.id)).toEqual(fired);
    if (answer !== undefined)
      expect(record.matches[0]?.operatorText).toContain('rejected by the approver script "/rules/x.lua": 0 virus');
  });

  it('exec: runs it, and its failure stops nobody', async () => {
    const rules = 'SecAction "id:1,phase:1,pass,exec:x.lua"\nSecAction "id:2,phase:2,pass"';
    const record = await inspect(rules, () => {
      throw new Error('no');
    });
    expect(record.matches.map(({ rule }) => rule.id)).toEqual([1, 2]);
    expect(record.messages).toEqual([{ level: 1, text: 'Failed to execute: /rules/x.lua: no' }]);
  });
});
