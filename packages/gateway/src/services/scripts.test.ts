import type { Script, ScriptHost, ScriptVariable } from '@sallyport/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { processorTime } from '../../../engine/test/support/processor-time.ts';
import { createScripts, type LuaScripts } from './scripts.ts';

const LIMITS = { timeout: 200, memory: 4 * 1024 * 1024 };
let scripts: LuaScripts;
/** The same with so much time that memory is what ends, on a busy machine as well. */
let patient: LuaScripts;

beforeAll(async () => {
  scripts = await loaded(LIMITS);
  patient = await loaded({ ...LIMITS, timeout: 60_000 });
});

async function loaded(limits: typeof LIMITS): Promise<LuaScripts> {
  const made = createScripts(limits);
  expect(() => made.compile('', 'a.lua')).toThrow('npm install wasmoon');
  expect(await made.load()).toBe(true);
  return made;
}

interface Recorded extends ScriptHost {
  readonly said: string[];
}

function host(variables: readonly ScriptVariable[] = []): Recorded {
  const said: string[] = [];
  return {
    said,
    log: (level, text) => void said.push(`log ${level} ${text}`),
    variables: (name, transformations) => {
      said.push(`get ${name} ${transformations.join()}`);
      if (name === 'BAD') throw new Error('unknown variable "BAD"');
      return variables;
    },
    setVariable: (name, value) => void said.push(`set ${name}=${value}`),
  };
}

const compile = (body: string, by = scripts): Script => by.compile(`function main(...)\n${body}\nend`, '/rules/x.lua');
const run = (body: string, its: ScriptHost = host(), argument?: string): string | undefined =>
  compile(body).run(its, argument);

const ALL_BYTES = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');

describe('what main returns', () => {
  it.each([
    ['return "found"', 'found'],
    ['return ""', ''],
    ['return 42', '42'],
    ['return nil', undefined],
    ['', undefined],
    ['return true', undefined],
    ['return {}', undefined],
    ['return "first", "second"', 'first'],
    ['return select("#", ...)', '0'],
  ])('%s', (body, text) => expect(run(body)).toBe(text));

  it('bytes pass unchanged, both ways', () => {
    expect(run('return (...)', host(), ALL_BYTES)).toBe(ALL_BYTES);
    expect(run('return m.getvar("X")', host([{ name: 'X', value: ALL_BYTES }]))).toBe(ALL_BYTES);
    const its = host();
    run('m.setvar("tx.a", "\\0\\255"); m.log(1, "\\xe9")', its);
    expect(its.said).toEqual(['set tx.a=\0\xff', 'log 1 \xe9']);
  });
});

describe('m', () => {
  const members = [
    { name: 'ARGS:a', value: '1' },
    { name: 'ARGS:b', value: '2' },
  ];

  it('gets one variable, or all of them', () => {
    const its = host(members);
    expect(run('return m.getvar("ARGS", "lowercase")', its)).toBe('1');
    expect(run('return m.getvar("ARGS", {"none", "trim"})', its)).toBe('1');
    const list =
      'for i, v in ipairs(m.getvars("ARGS")) do t = (t or "") .. i .. v.name .. "=" .. v.value .. ";" end return t';
    expect(run(list, its)).toBe('1ARGS:a=1;2ARGS:b=2;');
    expect(its.said).toEqual(['get ARGS lowercase', 'get ARGS none,trim', 'get ARGS ']);
    expect(run('return m.getvar("ARGS") == nil and #m.getvars("ARGS") == 0 and "none"')).toBe('none');
  });

  it.each([
    ['m.getvar("BAD")', 'unknown variable "BAD"'],
    ['m.getvar()', 'argument 1 must be the name of a variable'],
    ['m.setvar("tx.a")', 'argument 2 must be a value'],
    ['m.log({}, "x")', 'argument 1 must be a level'],
  ])('%s is an error that scripts can catch', (call, message) => {
    expect(() => run(call)).toThrow(message);
    expect(run(`local ok, why = pcall(function() ${call} end); return ok and "no" or why`)).toBe(message);
  });
});

describe('scripts stay inside', () => {
  it.each([
    'io',
    'os',
    'require',
    'package',
    'debug',
    'load',
    'loadfile',
    'dofile',
    'print',
    'collectgarbage',
    'string.dump',
  ])('there is no %s', (name) => expect(run(`return type(${name})`)).toBe('nil'));

  it('nothing is left of earlier calls, nor of other scripts', () => {
    const script = compile('seen = (seen or 0) + 1; string.upper = nil; return seen');
    expect(script.run(host())).toBe('1');
    expect(script.run(host())).toBe('1');
    expect(run('return type(seen) .. type(string.upper)')).toBe('nilfunction');
  });

  it.each([
    ['a loop', 'while true do end'],
    ['a loop behind pcall', 'while true do pcall(function() while true do end end) end'],
    ['a loop in a coroutine', 'coroutine.wrap(function() while true do end end)()'],
    ['a loop at the top', 'end while true do end function f()'],
  ])('%s ends in time', (_name, body) => {
    const started = processorTime();
    expect(() => run(body)).toThrow('the script took longer than 200 ms');
    expect(processorTime() - started).toBeLessThan(5000);
    expect(run('return "fine"')).toBe('fine');
  });

  it.each([
    ['one text', 'return ("x"):rep(1e8)', undefined],
    ['many tables', 'local t = {} while true do t[#t + 1] = {} end', undefined],
    ['an argument', 'return ...', 'x'.repeat(8_000_000)],
    ['a variable', 'return m.getvar("X")', undefined],
  ])('%s may not be larger than the memory', (_name, body, argument) => {
    const large = host([{ name: 'X', value: 'x'.repeat(8_000_000) }]);
    const script = compile(body, patient);
    for (let round = 0; round < 5; round++) expect(() => script.run(large, argument)).toThrow('not enough memory');
    expect(run('return "fine"')).toBe('fine');
  });

  it('endless recursion is an error', () => {
    expect(() => run('local function f() return 1 + f() end return f()')).toThrow(/stack overflow|not enough memory/);
    expect(() => run('return (("x"):gsub(".", main))')).toThrow(/stack overflow|not enough memory/);
  });
});

describe('mistakes', () => {
  it.each([
    ['function main( end', '/rules/x.lua:1: '],
    ['\x1bLua', 'attempt to load a binary chunk'],
  ])('%j is refused when it is loaded', (text, message) => {
    expect(() => scripts.compile(text, '/rules/x.lua')).toThrow(message);
  });

  it('errors name the line', () => {
    expect(() => run('local x\nreturn x.y')).toThrow("/rules/x.lua:3: attempt to index a nil value (local 'x')");
    expect(() => scripts.compile('x = 1', 'x.lua').run(host())).toThrow('attempt to call a nil value');
    expect(() => run('error({})')).toThrow('error without a text');
  });
});

it('a thousand calls are quick and leave nothing behind', () => {
  const script = compile('return m.getvar("X"):find("evil", 1, true) and "evil"');
  const its = host([{ name: 'X', value: 'a'.repeat(1000) }]);
  const started = processorTime();
  for (let call = 0; call < 1000; call++) script.run(its);
  expect(processorTime() - started).toBeLessThan(10_000);
});
