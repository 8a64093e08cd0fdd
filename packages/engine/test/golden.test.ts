import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseWaftest } from '../../gateway/src/waftest/format.ts';
import { runWaftest } from '../../gateway/src/waftest/run.ts';
import { createWaf, type WafOptions } from '../src/index.ts';
import { nodeFiles } from '../src/node/index.ts';

/** The behaviour of rules, written as `.waftest` files: adding a case needs no TypeScript. */
const directory = fileURLToPath(new URL('./rules/', import.meta.url));
const names = readdirSync(directory).filter((name) => name.endsWith('.waftest'));

describe.each(names)('%s', (name) => {
  it.each(['optimized', 'reference'] as const)('behaves as written, %s', async (evaluator) => {
    const test = parseWaftest(readFileSync(directory + name, 'latin1'), name);
    const engine = { createWaf: (options: WafOptions) => createWaf({ ...options, evaluator }), files: nodeFiles };
    const results = await runWaftest(test, engine);
    expect(results.flatMap((result) => result.problems)).toEqual([]);
  });
});
