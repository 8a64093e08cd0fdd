import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, those that compute beside those that wait. They begin first: a long file that begins late ends alone, and
 * a fresh checkout has no earlier run to know it from. All others go by their size.
 */
const LONG_FILES: readonly string[] = [
  'conformance/evaluators/differential.test.ts',
  'packages/gateway/test/deployments.test.ts',
  'packages/gateway/test/workers.test.ts',
  'packages/gateway/test/http1/rows.test.ts',
  'conformance/ftw/crs.test.ts',
  'packages/gateway/test/slow-clients.test.ts',
  'packages/gateway/test/applications.test.ts',
  'packages/gateway/test/acme.test.ts',
  'conformance/regex/worst-case.test.ts',
];

/** Long files of all projects first, then the others project by project. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const { root } = this.ctx.config;
    const place = ({ moduleId }: TestSpecification): number => {
      const index = LONG_FILES.indexOf(relative(root, moduleId).replaceAll('\\', '/'));
      return index === -1 ? LONG_FILES.length : index;
    };
    return sorted.toSorted((a, b) => place(a) - place(b));
  }
}
