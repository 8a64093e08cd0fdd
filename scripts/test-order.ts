import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take longest, from the longest on, and by that those that compute beside those that wait. They begin first: a long file
 * that begins late ends alone. What is not listed goes by the size of the file, as no earlier run is known to a fresh checkout.
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
  'packages/gateway/test/failures.test.ts',
  'packages/gateway/test/fastcgi.test.ts',
  'packages/gateway/test/workers-shared.test.ts',
  'conformance/differential/differential.test.ts',
  'packages/gateway/test/process.test.ts',
  'packages/gateway/test/workers-crashes.test.ts',
  'packages/gateway/test/large-upload.test.ts',
  'packages/gateway/test/container.test.ts',
  'packages/gateway/test/workers-upgrade.test.ts',
  'packages/gateway/test/standing-orders.test.ts',
  'conformance/regex/rule-sets.test.ts',
];

/** Long files of all projects first, then the others project by project. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const { root } = this.ctx.config;
    const lost = LONG_FILES.find((file) => !existsSync(join(root, file)));
    if (lost !== undefined) throw new Error(`scripts/test-order.ts names a file that is gone: ${lost}`);
    const place = ({ moduleId }: TestSpecification): number => {
      const index = LONG_FILES.indexOf(relative(root, moduleId).replaceAll('\\', '/'));
      return index === -1 ? LONG_FILES.length : index;
    };
    return sorted.toSorted((a, b) => place(a) - place(b));
  }
}
