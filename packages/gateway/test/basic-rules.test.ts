/** The built-in rules, by the cases in rules/*.waftest: each rule is shown to fire, and the file to leave good requests alone. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createWaf } from '@sallyport/engine';
import { nodeFiles } from '@sallyport/engine/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseWaftest, type WaftestFile } from '../src/waftest/format.ts';
import { runWaftest, type WaftestResult } from '../src/waftest/run.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const file = here('./rules/sallyport-basic.waftest');
const ruleIds = [...readFileSync(here('../rules/sallyport-basic.conf'), 'latin1').matchAll(/"id:(\d+),/g)].map(
  (found) => Number(found[1]),
);

describe('sallyport-basic.conf', () => {
  let test: WaftestFile;
  let results: WaftestResult[];

  beforeAll(async () => {
    test = parseWaftest(readFileSync(file, 'latin1'), file);
    results = await runWaftest(test, { createWaf, files: nodeFiles });
  });

  it('decides every case as written', () => {
    expect(results.flatMap(({ title, problems }) => problems.map((problem) => `${title}: ${problem}`))).toEqual([]);
  });

  it.each(ruleIds)('has a case in which rule %i fires', (id) => {
    const fires = test.cases.some(({ expectations }) =>
      expectations.some((expectation) => expectation.kind === 'fired' && expectation.ids.includes(id)),
    );
    expect(fires).toBe(true);
  });

  it('has as many rules as ids, all in the range for local use', () => {
    expect(new Set(ruleIds).size).toBe(ruleIds.length);
    expect(ruleIds.length).toBeGreaterThan(20);
    expect(ruleIds.every((id) => id >= 1000 && id <= 1999)).toBe(true);
  });

  it('shows good requests that pass', () => {
    const good = test.cases.filter(({ expectations }) => expectations.some(({ kind }) => kind === 'fired nothing'));
    expect(good.length).toBeGreaterThan(10);
  });
});
