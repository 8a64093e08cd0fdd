import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseWaftest } from '../../gateway/src/waftest/format.ts';
import { runWaftest } from '../../gateway/src/waftest/run.ts';
import { createWaf } from '../src/index.ts';
import { nodeFiles } from '../src/node/index.ts';

/** The behaviour of rules, written as `.waftest` files: adding a case needs no TypeScript. */
const directory = fileURLToPath(new URL('./rules/', import.meta.url));
const names = readdirSync(directory).filter((name) => name.endsWith('.waftest'));

describe.each(names)('%s', (name) => {
  it('behaves as written', async () => {
    const test = parseWaftest(readFileSync(directory + name, 'latin1'), name);
    const results = await runWaftest(test, { createWaf, files: nodeFiles });
    expect(results.flatMap((result) => result.problems)).toEqual([]);
  });
});
