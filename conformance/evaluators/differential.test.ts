import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Program } from '../../packages/engine/src/compile/program.ts';
import type { RuleSource } from '../../packages/engine/src/contract.ts';
import { nodeFiles } from '../../packages/engine/src/node/index.ts';
import { optimizedEvaluator } from '../../packages/engine/src/run/optimized.ts';
import { referenceEvaluator } from '../../packages/engine/src/run/reference.ts';
import { Seeded } from '../regex/seeded.ts';
import { coreRuleSetExchanges, materialOf } from './corpus.ts';
import type { Exchange } from './exchange.ts';
import { mutate } from './mutate.ts';
import { loadRules, observe } from './observe.ts';
import { ownExchanges } from './own-requests.ts';
import { pageExchange, pageMaterial } from './pages.ts';

/**
 * The optimized evaluator leaves the same behind as the reference: every record, every variable at the end of every phase,
 * every interruption. SALLYPORT_DIFFERENTIAL is the number of requests per rule set (100000 for the long form),
 * SALLYPORT_SEED another beginning.
 */
const REQUESTS = Number(process.env['SALLYPORT_DIFFERENTIAL'] ?? 5_000);
/** The first time it learns, the second time it notes what came again, from the third time on it goes by that. */
const TIMES = 3;
const SEED = Number(process.env['SALLYPORT_SEED'] ?? 1);

const here = fileURLToPath(new URL('.', import.meta.url));
const crs = join(process.env['SALLYPORT_SHARED'] ?? join(here, '../../../shared'), 'crs');
const debian = '/usr/share/modsecurity-crs';
const debianSetup = '/etc/modsecurity/crs/crs-setup.conf';

const corpus = coreRuleSetExchanges(join(crs, 'tests'));
if (corpus === undefined) console.info(`no tests of the Core Rule Set in ${crs}: requests are made from our own only`);
const exchanges = [...ownExchanges, ...(corpus ?? [])];
const material = materialOf(exchanges);

const engine: RuleSource = {
  file: 'engine.conf',
  text: `SecRuleEngine On
SecRequestBodyAccess On
SecResponseBodyAccess On
SecResponseBodyMimeType text/html text/plain
SecDefaultAction "phase:1,log,auditlog,pass"
SecDefaultAction "phase:2,log,auditlog,pass"`,
};
const level4: RuleSource = {
  file: 'level.conf',
  text: `SecAction "id:1,phase:1,pass,nolog,setvar:tx.blocking_paranoia_level=4,setvar:tx.detection_paranoia_level=4,setvar:tx.paranoia_level=4,setvar:tx.executing_paranoia_level=4,setvar:tx.inbound_anomaly_score_threshold=100000,setvar:tx.outbound_anomaly_score_threshold=100000"`,
};

/** Rules of a higher level are reached by some requests only, in some of them from phase 2 on. */
const raisedLevel: RuleSource = {
  file: 'level.conf',
  text: `SecAction "id:1,phase:1,pass,nolog,setvar:tx.blocking_paranoia_level=1,setvar:tx.inbound_anomaly_score_threshold=100000,setvar:tx.outbound_anomaly_score_threshold=100000"
SecRule REQUEST_METHOD "@streq POST" "id:2,phase:1,pass,nolog,setvar:tx.blocking_paranoia_level=2,setvar:tx.detection_paranoia_level=4"
SecRule ARGS "@rx [aeiou][0-9]" "id:3,phase:2,pass,nolog,setvar:tx.detection_paranoia_level=3"`,
};

/** Own rules that must stay silent: one is skipped, one has `@noMatch`. */
const NEVER: readonly number[] = [21, 66];

async function expectNoDifference(
  program: Program,
  requests: Iterable<readonly [name: string, one: Exchange]>,
): Promise<{ readonly fired: number; readonly rules: ReadonlySet<number> }> {
  const optimized = optimizedEvaluator(program);
  let fired = 0;
  const rules = new Set<number>();
  for (const [name, one] of requests) {
    const expected = await observe(program, referenceEvaluator, one);
    for (let time = 1; time <= TIMES; time++) {
      const seen = await observe(program, optimized, one);
      if (seen !== expected) expect({ name, one, time, seen }).toEqual({ name, one, time, seen: expected });
    }
    const ids = [...expected.matchAll(/"rule":\{"id":(\d+)/g)].map(([, id]) => Number(id));
    if (ids.length > 0) fired++;
    for (const id of ids) rules.add(id);
  }
  return { fired, rules };
}

function* unchanged(): Generator<readonly [string, Exchange]> {
  for (const [index, one] of exchanges.entries()) yield [`request ${index}`, one];
}

function* mutated(count: number): Generator<readonly [string, Exchange]> {
  const random = new Seeded(SEED);
  for (let index = 0; index < count; index++) {
    yield [`seed ${SEED}, mutation ${index}`, mutate(random.pick(exchanges), material, random)];
  }
}

function* pages(count: number, texts: readonly string[]): Generator<readonly [string, Exchange]> {
  const random = new Seeded(SEED);
  for (let index = 0; index < count; index++) yield [`seed ${SEED}, page ${index}`, pageExchange(texts, random)];
}

describe('both evaluators leave the same behind', () => {
  test('with rules of every kind', async () => {
    const program = loadRules([join(here, 'own-rules.conf')]);
    const { fired, rules } = await expectNoDifference(program, unchanged());
    const { fired: firedMutated } = await expectNoDifference(program, mutated(REQUESTS));
    // Requests that nothing happens to would prove nothing.
    expect(fired).toBeGreaterThan(30);
    expect(firedMutated).toBeGreaterThan(REQUESTS / 10);
    const silent = program.rules.filter(({ id, log }) => log && !rules.has(id)).map(({ id }) => id);
    expect(silent).toEqual(NEVER);
  });

  test('with long pages', async () => {
    const program = loadRules([join(here, 'own-rules.conf')]);
    const { fired, rules } = await expectNoDifference(program, pages(REQUESTS / 5, pageMaterial(here)));
    expect(fired).toBeGreaterThan(REQUESTS / 20);
    for (const id of [82, 83, 84, 85, 86, 87]) expect(rules).toContain(id);
  });

  test.skipIf(!existsSync(crs))('with long pages and the Core Rule Set', async () => {
    const files = [join(crs, 'crs-setup.conf.example'), level4, ...nodeFiles.list(join(crs, 'rules/*.conf'))];
    const program = loadRules([engine, ...files]);
    const { fired, rules } = await expectNoDifference(program, pages(REQUESTS / 5, pageMaterial(join(crs, 'rules'))));
    expect(fired).toBeGreaterThan(REQUESTS / 20);
    expect([...rules].filter((id) => id >= 950_000 && id < 957_000).length).toBeGreaterThan(10);
  });

  test.skipIf(!existsSync(crs))('with the Core Rule Set at paranoia level 4', async () => {
    const program = loadRules([
      engine,
      join(crs, 'crs-setup.conf.example'),
      level4,
      ...nodeFiles.list(join(crs, 'rules/*.conf')),
    ]);
    const { fired } = await expectNoDifference(program, unchanged());
    const { fired: firedMutated } = await expectNoDifference(program, mutated(REQUESTS));
    expect(fired).toBeGreaterThan(1000);
    expect(firedMutated).toBeGreaterThan(REQUESTS / 2);
  });

  test.skipIf(!existsSync(crs))('with the Core Rule Set at levels that requests raise', async () => {
    const program = loadRules([
      engine,
      join(crs, 'crs-setup.conf.example'),
      raisedLevel,
      ...nodeFiles.list(join(crs, 'rules/*.conf')),
    ]);
    const { fired } = await expectNoDifference(program, unchanged());
    const { fired: firedMutated } = await expectNoDifference(program, mutated(REQUESTS / 2));
    expect(fired).toBeGreaterThan(1000);
    expect(firedMutated).toBeGreaterThan(REQUESTS / 10);
  });

  test.skipIf(!existsSync(debian))("with Debian's Core Rule Set 3.3 at paranoia level 4", async () => {
    const setup = existsSync(debianSetup) ? [debianSetup] : [];
    const program = loadRules([engine, ...setup, level4, ...nodeFiles.list(join(debian, 'rules/*.conf'))]);
    const { fired } = await expectNoDifference(program, unchanged());
    const { fired: firedMutated } = await expectNoDifference(program, mutated(REQUESTS));
    expect(fired).toBeGreaterThan(10);
    expect(firedMutated).toBeGreaterThan(REQUESTS / 2);
  });
});
