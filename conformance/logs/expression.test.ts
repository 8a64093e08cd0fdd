/** Which requests a log takes by an expression: Apache is asked, and so are we. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasApache } from '../ftw/apache.ts';
import { ANSWERS, startApplication } from './application.ts';
import { makeExpressions } from './expressions.ts';
import { type Outcome, throughApache, throughGate } from './outcome.ts';
import { makeRequests } from './requests.ts';

const REQUESTS = 60;
const EXPRESSIONS = 150;
const seed = Number(process.env['SEED'] ?? 20_261_121);
const isRequired = process.env['CI'] === 'true';

describe.skipIf(!hasApache && !isRequired)('Apache 2.4 and we (skipped without Apache)', () => {
  let application: Awaited<ReturnType<typeof startApplication>>;
  let apache: Outcome;
  let gate: Outcome;
  const requests = makeRequests(seed, REQUESTS, ANSWERS.length);
  const expressions = makeExpressions(seed, EXPRESSIONS);
  const logs = expressions.map((one) => ({ format: '%k %m %U%q %>s', condition: `expr=${one}` }));

  beforeAll(async () => {
    application = await startApplication();
    apache = await throughApache(application.port, requests, logs);
    gate = await throughGate(application.port, requests, logs);
  });
  afterAll(() => application.close());

  it(`choose the same among ${REQUESTS} requests by ${EXPRESSIONS} expressions`, () => {
    const differing = expressions.flatMap((expression, at) => {
      const theirs = apache.lines[at] ?? [];
      const ours = gate.lines[at] ?? [];
      if (JSON.stringify(theirs) === JSON.stringify(ours)) return [];
      return [
        { expression, theirs: theirs.length, ours: ours.length, first: theirs.find((line, n) => line !== ours[n]) },
      ];
    });
    expect(differing.slice(0, 5)).toEqual([]);
  });

  it('is no matter of all or nothing', () => {
    const partial = apache.lines.filter((lines) => lines.length > 0 && lines.length < REQUESTS);
    expect(partial.length).toBeGreaterThan(EXPRESSIONS / 4);
  });
});
