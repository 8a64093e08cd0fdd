import type { ScriptHost } from '@sallyport/engine';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { processorTime } from '../../../engine/test/support/processor-time.ts';
import { LUA_BOUNDED_LIBRARY } from './lua-bounded-library.ts';
import { createScripts, type LuaScripts } from './scripts.ts';

let scripts: LuaScripts;

beforeAll(async () => {
  scripts = createScripts({ timeout: 2000, memory: 16 * 1024 * 1024 });
  expect(() => scripts.compile('', 'a.lua')).toThrow('npm install wasmoon');
  expect(await scripts.load()).toBe(true);
});

const host: ScriptHost = { log: () => undefined, variables: () => [], setVariable: () => undefined };
const run = (body: string): string | undefined =>
  scripts.compile(`function main()\n${body}\nend`, '/rules/x.lua').run(host);

/** The matcher written in Lua for every pattern, beside the library it stands in for. */
const BESIDE = `local library = { find = string.find, match = string.match, gsub = string.gsub, gmatch = string.gmatch }
${LUA_BOUNDED_LIBRARY.replace('MOST = 1000000', 'MOST = -1')}
local own = { find = string.find, match = string.match, gsub = string.gsub, gmatch = string.gmatch }
for name, fn in pairs(library) do string[name] = fn end
table.concat = concat
local function shown(...)
  local list = table.pack(...)
  for index = 1, list.n do list[index] = tostring(list[index]) end
  return table.concat(list, "|", 1, list.n)
end
local function outcome(fn, ...)
  local list = table.pack(pcall(fn, ...))
  if not list[1] then return "error" end
  return shown(table.unpack(list, 2, list.n))
end
local function all(gmatch)
  return function(...)
    local list = {}
    for a, b in gmatch(...) do list[#list + 1] = shown(a, b) end
    return table.concat(list, ";")
  end
end
`;
const both = (name: string, words: string): string | undefined => {
  const [theirs, ours] =
    name === 'gmatch' ? ['all(library.gmatch)', 'all(own.gmatch)'] : [`library.${name}`, `own.${name}`];
  const text = `${BESIDE}function main()
    return outcome(${theirs}, ${words}) .. "\\n" .. outcome(${ours}, ${words})
  end`;
  return scripts.compile(text, '/rules/x.lua').run(host);
};

describe('the matcher written in Lua gives what the library gives', () => {
  it.each([
    ['find', '"key=value; k2=v2", "(%w+)=(%w+)"'],
    ['find', '"a.b", ".", 1, true'],
    ['find', '"aabaaab", "aaab"'],
    ['find', '"abc", "c", -1'],
    ['find', '"abc", "", 10'],
    ['find', '"abc", "", 4'],
    ['find', '"f(a(b)c)d", "%b()"'],
    ['find', '"THE (quick) fox", "%f[%a]%a+%f[%A]"'],
    ['find', '"hello hello", "(l)(%1)"'],
    ['find', '"abc", "()b()"'],
    ['find', '"abc", "x*$"'],
    ['find', '"a\\nb", "a.b"'],
    ['find', '"abc", "(a"'],
    ['find', '"abc", "a)"'],
    ['find', '"abc", "[a"'],
    ['find', '"abc", "%"'],
    ['find', '"abc", "%1"'],
    ['find', '"abc", "%f"'],
    ['find', '"abc", "%b"'],
    ['find', '1234, 23'],
    ['match', '"2024-01-02", "(%d+)-(%d+)-(%d+)"'],
    ['match', '"  trim  ", "^%s*(.-)%s*$"'],
    ['match', '"[[x]]", "%[%[(.-)%]%]"'],
    ['match', '"a]b", "[]]b"'],
    ['match', '"a-b^c", "[%-^]+."'],
    ['match', '"aXb", "[^%l]?b"'],
    ['match', '"\\0x\\255", "[%c]*(.+)$"'],
    ['match', '"aaa", "a-b"'],
    ['match', '"key", "()", 2'],
    ['gmatch', '"k=v, a=b", "(%w+)=(%w+)"'],
    ['gmatch', '"abc", ""'],
    ['gmatch', '"one two", "%a+", 3'],
    ['gsub', '"hello world", "(o)", "<%1%0%%>"'],
    ['gsub', '"hello", "l", "%1"'],
    ['gsub', '"abc", "", "-"'],
    ['gsub', '"abc", "%w*", "x"'],
    ['gsub', '"abc abc", "%w+", "x", 1'],
    ['gsub', '"abc", "^a", "x"'],
    ['gsub', '"abc", "b", "%"'],
    ['gsub', '"$name is $age", "%$(%w+)", {name="N", age=3}'],
    ['gsub', '"abc", "%w", function(c) if c == "b" then return false end return c .. c end'],
    ['gsub', '"abc", "b", function() return {} end'],
  ])('%s(%s)', (name, words) => {
    const [theirs, ours] = (both(name, words) ?? '').split('\n');
    expect(ours).toBe(theirs);
  });

  it('also for random patterns', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('find', 'match', 'gsub', 'gmatch'),
        fc.string({ unit: fc.constantFrom('a', 'b', ' ', '1', '('), maxLength: 12 }),
        fc.array(
          fc.constantFrom(
            'a',
            'b',
            '.',
            '%a',
            '%d',
            '[ab]',
            '[^a]',
            '*',
            '+',
            '-',
            '?',
            '(',
            ')',
            '^',
            '$',
            '%1',
            '%b()',
            '%f[a]',
          ),
          { maxLength: 7 },
        ),
        (name, text, parts) => {
          const rest = name === 'gsub' ? ', "<%0>"' : '';
          const [theirs, ours] = (both(name, `"${text}", "${parts.join('')}"${rest}`) ?? '').split('\n');
          expect(ours).toBe(theirs);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('one call ends in time', () => {
  it.each([
    'string.find(string.rep("a", 5000), ".-.-.-.-b")',
    'string.match(string.rep("a", 5000), "a*a*a*a*b")',
    'string.gsub(string.rep("(", 3000), "%b()", "")  string.find(string.rep("a", 3000), "(.-)(.-)(.-)%3%2%1b")',
    'for _ in string.gmatch(string.rep("a", 5000), ".-.-.-.-b") do end',
    'pcall(string.find, string.rep("a", 5000), ".-.-.-.-b")',
    'string.rep("", 1e15) while true do end',
    'table.move(setmetatable({}, {__index=type}), 1, 1e15, 1, setmetatable({}, {__newindex=rawlen}))',
  ])('%s', (body) => {
    const started = processorTime();
    expect(() => run(body)).toThrow(/took longer than 2000 ms|too many elements/);
    expect(processorTime() - started).toBeLessThan(8000);
  });

  it('a plain text is found in one pass', () => {
    const words = 'string.rep("a", 60000), string.rep("a", 20000) .. "b", 1, true';
    expect(run(`return tostring(string.find(${words}))`)).toBe('nil');
  });

  it('patterns that cannot take long are as quick as before', () => {
    const started = processorTime();
    expect(run('local n = 0 for _ in string.gmatch(string.rep("word ", 20), "%a+") do n = n + 1 end return n')).toBe(
      '20',
    );
    expect(processorTime() - started).toBeLessThan(1000);
  });
});
