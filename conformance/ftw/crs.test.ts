/**
 * The Core Rule Set's own regression tests, over real sockets, against a gate in a process of its own. What fails must be
 * exactly what known-gaps.yaml lists.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Backend, startBackend } from '../../packages/gateway/src/ftw/backend.ts';
import { loadExpectations } from '../../packages/gateway/src/ftw/expectations.ts';
import { type GateChild, startGateChild } from '../../packages/gateway/src/ftw/gate-child.ts';
import { reportResults } from '../../packages/gateway/src/ftw/report.ts';
import { runTests, type TestResult } from '../../packages/gateway/src/ftw/runner.ts';
import { findTestFiles, loadTestFile } from '../../packages/gateway/src/ftw/test-file.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const crs = join(process.env['SALLYPORT_SHARED'] ?? here('../../../shared'), 'crs');
const isThere = existsSync(join(crs, 'tests'));
if (!isThere) console.warn(`skipped: no Core Rule Set with tests at ${crs} (set SALLYPORT_SHARED)`);

/** In load order. */
const RULES = ['test-setup.conf', 'crs-setup.conf.example', 'test-override.conf', 'rules/*.conf'];
/** Well under the five minutes a run may take, also on a slow machine; seconds. */
const LONGEST = 300;

describe.skipIf(!isThere)('Core Rule Set', () => {
  let results: TestResult[] = [];
  let seconds = 0;

  beforeAll(async () => {
    let backend: Backend | undefined;
    let gate: GateChild | undefined;
    try {
      backend = await startBackend();
      gate = await startGateChild({ rules: RULES.map((file) => join(crs, file)), upstreamPort: backend.port });
      const tests = (await findTestFiles([join(crs, 'tests')], ['.yaml', '.yml'])).flatMap(loadTestFile);
      const expectations = loadExpectations([here('../known-gaps.yaml')], tests);
      const started = performance.now();
      results = await runTests(tests, { target: gate.target, logFile: gate.logFile, expectations });
      seconds = (performance.now() - started) / 1000;
    } finally {
      await gate?.stop();
      await backend?.close();
    }
  }, 600_000);

  it('passes every test that is not a known gap', () => {
    const bad = results.filter(({ verdict }) => verdict === 'failed' || verdict === 'closed');
    expect(bad.length === 0 ? [] : reportResults(bad)).toEqual([]);
  });

  it('has all the tests of the corpus, and skips none', () => {
    expect(results.length).toBeGreaterThan(5000);
    expect(results.filter(({ verdict }) => verdict === 'skipped')).toEqual([]);
  });

  it('gives a reason for every known gap', () => {
    const gaps = results.filter(({ verdict }) => verdict === 'gap');
    for (const { details } of gaps) expect(details[0]?.length).toBeGreaterThan(20);
  });

  it(`takes less than ${LONGEST} seconds`, () => {
    expect(seconds).toBeLessThan(LONGEST);
  });
});
