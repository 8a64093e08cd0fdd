import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { fieldsOf, listOf } from './fields.ts';
import { type FtwTest, readOutput, type StageOutput } from './test-file.ts';

/** How a platform answers differently from what a test asks, and which tests it is known to fail. */
export interface Expectations {
  /** Expectations in place of the test's own. */
  readonly overrides: ReadonlyMap<string, Override>;
  /** Reasons, by test id; a test that passes all the same must be taken off the list. */
  readonly knownGaps: ReadonlyMap<string, string>;
}

export interface Override {
  readonly reason: string;
  /** Absent: the test is not run. */
  readonly output: StageOutput | undefined;
  readonly retryOnce: boolean;
}

/** Under which `http.profile` a test runs, where that is not the strict one. */
export interface ProfiledTest {
  readonly profile: string;
  readonly reason: string;
}

/** Reads a list of `profiles`, whose entries name tests as known gaps do. By test id. */
export function loadProfiles(file: string, tests: readonly FtwTest[]): ReadonlyMap<string, ProfiledTest> {
  const profiles = new Map<string, ProfiledTest>();
  const root = fieldsOf(parse(readFileSync(file, 'utf8'), { schema: 'failsafe', logLevel: 'error' }), file);
  for (const entry of listOf(root.value('profiles') ?? [], `${file}: profiles`)) {
    const fields = fieldsOf(entry, `${file}: profile`);
    const profile = fields.text('profile') ?? '';
    for (const id of testIds(fields, tests)) profiles.set(id, { profile, reason: fields.text('reason') ?? '' });
  }
  return profiles;
}

export const NO_EXPECTATIONS: Expectations = { overrides: new Map(), knownGaps: new Map() };

/**
 * Reads override files of go-ftw (`test_overrides`), and our list of known gaps (`known_gaps`), which has the same
 * entries without `output`. An entry without `test_ids` means every test of the rule.
 */
export function loadExpectations(files: readonly string[], tests: readonly FtwTest[]): Expectations {
  const overrides = new Map<string, Override>();
  const knownGaps = new Map<string, string>();
  for (const file of files) {
    const root = fieldsOf(parse(readFileSync(file, 'utf8'), { schema: 'failsafe', logLevel: 'error' }), file);
    for (const entry of listOf(root.value('test_overrides') ?? [], `${file}: test_overrides`)) {
      const fields = fieldsOf(entry, `${file}: override`);
      const output = fields.value('output') === undefined ? undefined : readOutput(fields.child('output'));
      const reason = fields.text('reason') ?? '';
      for (const id of testIds(fields, tests)) {
        overrides.set(id, { reason, output, retryOnce: fields.flag('retry_once') ?? false });
      }
    }
    for (const entry of listOf(root.value('known_gaps') ?? [], `${file}: known_gaps`)) {
      const fields = fieldsOf(entry, `${file}: known gap`);
      for (const id of testIds(fields, tests)) knownGaps.set(id, fields.text('reason') ?? '');
    }
  }
  return { overrides, knownGaps };
}

function testIds(fields: ReturnType<typeof fieldsOf>, tests: readonly FtwTest[]): string[] {
  const ruleId = fields.number('rule_id');
  const listed = fields.value('test_ids');
  if (listed !== undefined) return listOf(listed, `${fields.place}: test_ids`).map((id) => `${ruleId}-${String(id)}`);
  return tests.filter((test) => test.ruleId === ruleId).map((test) => test.id);
}
