import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findTestFiles, loadTestFile } from '../../ftw/test-file.ts';
import type { ExplainedTest } from './explained-rule.ts';

/** Folders with tests as they stand beside the folder of rules: in the Core Rule Set, and in copies of it. */
const PLACES = ['tests/regression/tests', 'tests', 'util/regression-tests/tests'];

/** Regression tests that expect a rule to fire, from the folder beside the one its file is in. */
export async function findTests(ruleFile: string, id: number): Promise<readonly ExplainedTest[]> {
  const root = dirname(dirname(ruleFile));
  const folder = PLACES.map((place) => join(root, place)).find((place) => existsSync(place));
  if (folder === undefined) return [];
  const files = await findTestFiles([folder], ['.yaml', '.yml']);
  return files
    .filter((file) => basename(file).startsWith(String(id)))
    .flatMap((file) => loadTestFile(file))
    .filter((test) => test.stages.some(({ output }) => output.expectIds.includes(id) || expects(output.matchRegex, id)))
    .map(({ id: name, description, stages }) => {
      const input = stages[0]?.input;
      return { id: name, description, request: input === undefined ? '' : `${input.method} ${input.uri}` };
    });
}

/** Tests written for go-ftw's older format look for `id "942100"` in the log. */
function expects(pattern: string | undefined, id: number): boolean {
  return pattern?.includes(`id "${id}"`) === true;
}
