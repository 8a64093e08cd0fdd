/**
 * The Core Rule Set's own regression tests, over real sockets, against a gate in a process of its own. What fails must be
 * exactly what known-gaps.yaml lists; tests that profiles.yaml lists run against a second gate with that profile.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Backend, startBackend } from '../../packages/gateway/src/ftw/backend.ts';
import { loadExpectations, loadProfiles, type ProfiledTest } from '../../packages/gateway/src/ftw/expectations.ts';
import { startGateChild } from '../../packages/gateway/src/ftw/gate-child.ts';
import { reportResults } from '../../packages/gateway/src/ftw/report.ts';
import { runTests, type TestResult } from '../../packages/gateway/src/ftw/runner.ts';
import { type FtwTest, findTestFiles, loadTestFile } from '../../packages/gateway/src/ftw/test-file.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const crs = join(process.env['SALLYPORT_SHARED'] ?? here('../../../shared'), 'crs');
const isThere = existsSync(join(crs, 'tests'));
if (!isThere) console.warn(`skipped: no Core Rule Set with tests at ${crs} (set SALLYPORT_SHARED)`);

/** In load order. */
const RULES = ['test-setup.conf', 'crs-setup.conf.example', 'test-override.conf', 'rules/*.conf'];
/** Well under the five minutes a run may take, also on a slow machine; seconds. */
const LONGEST = 300;

async function runUnder(
  profile: 'strict' | 'lenient-http',
  backend: Backend,
  tests: readonly FtwTest[],
): Promise<TestResult[]> {
  const rules = RULES.map((file) => join(crs, file));
  const gate = await startGateChild({ rules, upstreamPort: backend.port, profile });
  try {
    const expectations = loadExpectations([here('../known-gaps.yaml')], tests);
    return await runTests(tests, { target: gate.target, logFile: gate.logFile, expectations });
  } finally {
    await gate.stop();
  }
}

describe.skipIf(!isThere)('Core Rule Set', () => {
  let results: TestResult[] = [];
  let profiles: ReadonlyMap<string, ProfiledTest> = new Map();
  let seconds = 0;

  beforeAll(async () => {
    const backend = await startBackend();
    try {
      const tests = (await findTestFiles([join(crs, 'tests')], ['.yaml', '.yml'])).flatMap(loadTestFile);
      profiles = loadProfiles(here('./profiles.yaml'), tests);
      const started = performance.now();
      results = await runUnder(
        'strict',
        backend,
        tests.filter(({ id }) => !profiles.has(id)),
      );
      seconds = (performance.now() - started) / 1000;
      const others = tests.filter(({ id }) => profiles.get(id)?.profile === 'lenient-http');
      results.push(...(await runUnder('lenient-http', backend, others)));
      expect(results.length).toBe(tests.length);
    } finally {
      await backend.close();
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

  it('gives a reason for every known gap and every other profile', () => {
    for (const { reason } of profiles.values()) expect(reason.length).toBeGreaterThan(20);
    const gaps = results.filter(({ verdict }) => verdict === 'gap');
    for (const { details } of gaps) expect(details[0]?.length).toBeGreaterThan(20);
  });

  it(`takes less than ${LONGEST} seconds`, () => {
    expect(seconds).toBeLessThan(LONGEST);
  });
});
