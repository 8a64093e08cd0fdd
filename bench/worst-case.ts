/**
 * What is the longest a client can keep the engine busy with one request of a size that the default limits let through?
 *
 *     node bench/worst-case.ts [paranoia level]
 *
 * Every case is run with its input and with twice that, on a fresh and on a warm engine; CPU time of this process. The bounds
 * are 250 ms for a case and a factor of 2.5 for doubling it. A request over the budget of the engine is refused; that
 * counts as an end, and is shown.
 */
import { Sampler } from '../conformance/regex/pumps.ts';
import { Seeded } from '../conformance/regex/seeded.ts';
import { rulePatterns } from '../conformance/regex/sources.ts';
import type { Waf } from '../packages/engine/src/contract.ts';
import { compileRegex } from '../packages/engine/src/regex/index.ts';
import { CORE_RULE_SET, coreRuleSet, requireCoreRuleSet } from './support/core-rule-set.ts';
import { inspect, type WireRequest } from './support/traffic.ts';

const BOUND_MILLISECONDS = 250;
const BOUND_GROWTH = 2.5;
/** Growth says nothing of cases that are over in no time. */
const NOISE_MILLISECONDS = 40;
const RAISED = 'SecRequestBodyNoFilesLimit 4194304\nSecRequestBodyLimit 16777216\nSecArgumentsLimit 100000';

interface Case {
  readonly name: string;
  readonly create: (scale: number) => WireRequest;
}

const random = new Seeded(1);

function post(type: string, body: string): WireRequest {
  return {
    head: {
      method: 'POST',
      uri: '/',
      protocol: 'HTTP/1.1',
      headers: [
        ['Host', 'www.example.com'],
        ['User-Agent', 'bench'],
        ['Accept', '*/*'],
        ['Content-Type', type],
        ['Content-Length', String(body.length)],
      ],
    },
    body: Buffer.from(body, 'latin1'),
  };
}

const form = (body: string): WireRequest => post('application/x-www-form-urlencoded', body);
const json = (body: string): WireRequest => post('application/json', body);
const escaped = (text: string): string =>
  Array.from(text, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
const filled = (piece: string, length: number): string =>
  piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

function pumpCases(): readonly Case[] {
  return (rulePatterns(`${CORE_RULE_SET}/rules`) ?? []).map((pattern) => {
    const { tree } = compileRegex(pattern, { dotAll: true, dollarEndOnly: true });
    const pumps = new Sampler(random).pumps(tree);
    const { prefix, body } = pumps.length === 0 ? { prefix: '', body: 'a' } : random.pick(pumps);
    return {
      name: `pump of ${pattern.slice(0, 60)}`,
      create: (scale) => form(`q=${escaped(prefix + filled(body, scale * 16_384))}%00`),
    };
  });
}

/** Cut-off matches of all patterns one behind the other. */
function fragments(length: number): string {
  const trees = (rulePatterns(`${CORE_RULE_SET}/rules`) ?? []).map(
    (pattern) => compileRegex(pattern, { dotAll: true, dollarEndOnly: true }).tree,
  );
  const sampler = new Sampler(random);
  let text = '';
  while (text.length < length) {
    const sample = sampler.sample(random.pick(trees));
    text += sample.slice(0, random.below(sample.length + 1));
  }
  return text.slice(0, length);
}

const attack = fragments(262_144);

const cases: readonly Case[] = [
  ...['a', ' ', '\n', "'", '<', '../', ';cat ', '%25', '\\u003c', '&#x3c;', '/*', '0x41', 'a=1 or ', '$(', '<a b='].map(
    (piece): Case => ({
      name: `64 KB argument of ${JSON.stringify(piece)}`,
      create: (scale) => form(`q=${escaped(filled(piece, scale * 65_536)).slice(0, scale * 196_608)}`),
    }),
  ),
  {
    name: '64 KB argument of attack fragments',
    create: (scale) => form(`q=${escaped(attack.slice(0, scale * 65_536))}`),
  },
  {
    name: '1,000 arguments',
    create: (scale) => form(Array.from({ length: scale * 1000 }, (_, n) => `name${n}=value+${n}`).join('&')),
  },
  {
    name: '1,000 arguments of attack fragments',
    create: (scale) =>
      form(
        Array.from({ length: scale * 1000 }, (_, n) => `n${n}=${escaped(attack.slice(n * 60, n * 60 + 60))}`).join('&'),
      ),
  },
  { name: '128 KB of JSON, wide', create: (scale) => json(`[${filled('"word <b> and more",', scale * 131_072)}1]`) },
  {
    name: '128 KB of JSON, one long key each',
    create: (scale) => json(`{${filled('"k":"v",', scale * 131_072)}"k":1}`),
  },
  {
    name: '128 KB of JSON, deep',
    create: (scale) => json(`${'{"a":'.repeat(400)}"${filled('x', scale * 131_072)}"${'}'.repeat(400)}`),
  },
  {
    name: '800 KB of JSON',
    create: (scale) =>
      json(`[${filled('{"name":"Ann O\'Brien","note":"select one"},', scale * 409_600)}1]`.replace(/,[^,]*1\]$/, ']')),
  },
  {
    name: '1 MB multipart of 200 parts',
    create: (scale) =>
      post(
        'multipart/form-data; boundary=xyz',
        `${Array.from(
          { length: scale * 100 },
          (_, n) =>
            `--xyz\r\nContent-Disposition: form-data; name="f${n}"; filename="a${n}.txt"\r\n\r\n${filled('file content\r\n', 5_000)}\r\n`,
        ).join('')}--xyz--\r\n`,
      ),
  },
  {
    name: '100 headers of attack fragments',
    create: (scale) => ({
      head: {
        method: 'GET',
        uri: '/',
        protocol: 'HTTP/1.1',
        headers: Array.from({ length: scale * 100 }, (_, n) => [`X-Header-${n}`, attack.slice(n * 200, n * 200 + 200)]),
      },
      body: undefined,
    }),
  },
  {
    name: '8 KB of cookies',
    create: (scale) => ({
      head: {
        method: 'GET',
        uri: '/',
        protocol: 'HTTP/1.1',
        headers: [['Cookie', Array.from({ length: scale * 400 }, (_, n) => `c${n}='x${n}`).join('; ')]],
      },
      body: undefined,
    }),
  },
];

requireCoreRuleSet();
const level = Number(process.argv[2] ?? 1);
const load = (): Waf => coreRuleSet(level, {}, RAISED);

function measure(waf: Waf, request: WireRequest): { readonly milliseconds: number; readonly outcome: string } {
  const before = process.cpuUsage();
  const { interruption } = inspect(waf, request);
  const { user, system } = process.cpuUsage(before);
  const outcome = interruption === undefined ? 'passed' : interruption.message.slice(0, 60);
  return { milliseconds: (user + system) / 1000, outcome };
}

const fastestOf = (waf: Waf, request: WireRequest): number =>
  Math.min(...Array.from({ length: 3 }, () => measure(waf, request).milliseconds));

const rows = [];
let waf = load();
inspect(waf, form('a=b'));
for (const { name, create } of [...cases, ...pumpCases()]) {
  const request = create(1);
  const cold = measure(waf, request);
  const once = fastestOf(waf, request);
  const twice = fastestOf(waf, create(2));
  rows.push({ name, cold: cold.milliseconds, once, growth: twice / once, outcome: cold.outcome });
  // The next case finds automata as they are after a start.
  if (rows.length <= cases.length) waf = load();
}

rows.sort((left, right) => right.cold - left.cold);
console.log(`Core Rule Set, paranoia level ${level}, Node ${process.version}, CPU ms`);
for (const { name, cold, once, growth, outcome } of rows.slice(0, 40)) {
  console.log(
    `${cold.toFixed(1).padStart(8)} cold ${once.toFixed(1).padStart(8)} warm  x${growth.toFixed(2)} doubled  ${name}  (${outcome})`,
  );
}
const slow = rows.filter(({ cold }) => cold > BOUND_MILLISECONDS);
const growing = rows.filter(({ once, growth }) => once > NOISE_MILLISECONDS && growth > BOUND_GROWTH);
for (const { name } of slow) console.error(`over ${BOUND_MILLISECONDS} ms: ${name}`);
for (const { name } of growing) console.error(`grows faster than x${BOUND_GROWTH}: ${name}`);
process.exitCode = slow.length + growing.length === 0 ? 0 : 1;
