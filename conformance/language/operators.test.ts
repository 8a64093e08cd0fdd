import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asciiBestFitMap } from '../../packages/engine/src/bytes/unicode-map-20127.ts';
import { defaultSettings } from '../../packages/engine/src/compile/default-settings.ts';
import { operators } from '../../packages/engine/src/operators/index.ts';
import { MatchBudget, RegexCache } from '../../packages/engine/src/regex/index.ts';
import { constantText } from '../../packages/engine/src/registry/macro.ts';
import {
  type OperatorContext,
  OperatorError,
  type OperatorScope,
} from '../../packages/engine/src/registry/operator.ts';
import { Registry } from '../../packages/engine/src/registry/registry.ts';
import type { TransactionState } from '../../packages/engine/src/registry/transaction-state.ts';
import { caseBytes } from './case-bytes.ts';
import { operatorExceptions } from './operator-exceptions.ts';

interface Case {
  readonly file: string;
  readonly index: number;
  readonly operator: string;
  readonly argument: string;
  readonly input: string;
  readonly matches: boolean;
  /** What `capture` stores, where the case says so. */
  readonly groups: readonly string[] | undefined;
}

/** A case as the corpus writes it. */
interface Entry {
  readonly name: string;
  readonly param?: string;
  readonly input: string;
  readonly ret: number;
  readonly re_groups?: readonly string[];
}

const shared = process.env['SALLYPORT_SHARED'] ?? resolve(import.meta.dirname, '../../../shared');
const folder = join(shared, 'secrules-language-tests/operators');
const available = existsSync(folder);
const cases = available ? readCases() : [];
const registry = new Registry('operator', operators);

function readCases(): Case[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const entries = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Entry[];
      return entries.map((entry, index) => ({
        file: basename(name, '.json'),
        index,
        operator: entry.name,
        argument: entry.param ?? '',
        input: entry.input,
        matches: entry.ret === 1,
        groups: entry.re_groups,
      }));
    });
}

const context: OperatorContext = {
  regexOptions: { dotAll: true, dollarEndOnly: true },
  regexes: new RegexCache(),
  // The corpus names its files as seen from the folder of another project.
  readFile: (path) => readFileSync(join(folder, 'op', basename(path)), 'latin1'),
  resolvePath: (path) => path,
  macro: constantText,
  settings: defaultSettings(asciiBestFitMap),
  dataset: () => undefined,
  warn: () => {},
};

/** Undefined when the answer is the expected one, otherwise what was seen. */
function mismatch({ operator, argument, input, matches, groups }: Case): string | undefined {
  const value = caseBytes(input);
  try {
    const matcher = registry.require(operator).compile(constantText(caseBytes(argument)), context);
    // All an operator without macros does with a transaction is to report, and to clear what it will fill.
    const tx = { report: () => {}, geo: { members: [] } } as unknown as TransactionState;
    const scope: OperatorScope = { tx, budget: new MatchBudget() };
    const verdict = matcher.test(value, scope);
    if (verdict !== matches) return verdict ? 'matches' : 'does not match';
    const captured = verdict && groups !== undefined ? matcher.captures?.(value, scope) : undefined;
    if (captured !== undefined && JSON.stringify(captured) !== JSON.stringify(groups?.map(caseBytes))) {
      return `captures ${JSON.stringify(captured)}`;
    }
    return undefined;
  } catch (error) {
    // A value that cannot be judged is no match.
    if (error instanceof OperatorError) return matches ? error.message : undefined;
    return `refused at load: ${error instanceof Error ? error.message : error}`;
  }
}

const exceptionFor = ({ file, index, argument, input }: Case) =>
  operatorExceptions.find(
    (known) => known.file === file && known.index === index && known.argument === argument && known.input === input,
  );

describe.skipIf(!available)(`language tests: operators (skipped without ${folder})`, () => {
  test('the corpus is there and we have every operator it knows', () => {
    expect(cases.length).toBeGreaterThan(3500);
    expect([...new Set(cases.map(({ operator }) => operator))].filter((name) => !registry.find(name))).toEqual([]);
  });

  test('every exception names a case of the corpus', () => {
    expect(operatorExceptions.filter((known) => !cases.some((one) => exceptionFor(one) === known))).toEqual([]);
  });

  test.each(cases)('$file #$index', (one) => {
    const exception = exceptionFor(one);
    if (exception === undefined) expect(mismatch(one)).toBeUndefined();
    else expect(mismatch(one), `passes now; remove the exception "${exception.reason}"`).toBeDefined();
  });
});
