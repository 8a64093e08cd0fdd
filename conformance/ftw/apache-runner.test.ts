/** The runner itself, against the reference: on Apache with ModSecurity 2.9 the Core Rule Set's tests must pass. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startBackend } from '../../packages/gateway/src/ftw/backend.ts';
import { reportResults } from '../../packages/gateway/src/ftw/report.ts';
import { runTests } from '../../packages/gateway/src/ftw/runner.ts';
import { findTestFiles, loadTestFile } from '../../packages/gateway/src/ftw/test-file.ts';
import { hasApache, startApache } from './apache.ts';

const crs =
  process.env['SALLYPORT_SHARED'] === undefined
    ? fileURLToPath(new URL('../../../shared/crs', import.meta.url))
    : join(process.env['SALLYPORT_SHARED'], 'crs');
const isThere = hasApache && existsSync(join(crs, 'tests'));

/** Malformed requests, markers, statuses, uploads, answers: the folders that ask most of a runner. */
const FOLDERS = ['REQUEST-920-PROTOCOL-ENFORCEMENT', 'REQUEST-922-MULTIPART-ATTACK', 'RESPONSE-951-DATA-LEAKAGES-SQL'];

describe.skipIf(!isThere)(
  'the runner against Apache (skipped without libapache2-mod-security2 and the Core Rule Set)',
  () => {
    it('finds every test passed, as the authors of the tests do', async () => {
      const backend = await startBackend();
      const apache = await startApache(backend.port, () =>
        ['test-setup.conf', 'crs-setup.conf.example', 'test-override.conf', 'rules/*.conf']
          .map((file) => `Include ${join(crs, file)}`)
          .join('\n'),
      );
      try {
        const paths = FOLDERS.map((folder) => join(crs, 'tests', folder));
        const tests = (await findTestFiles(paths, ['.yaml'])).flatMap(loadTestFile);
        const results = await runTests(tests, { target: apache.target, logFile: apache.logFile });
        expect(results.length).toBeGreaterThan(400);
        expect(reportResults(results.filter(({ verdict }) => verdict !== 'passed'))).toEqual([
          '0 passed, 0 failed, 0 skipped',
        ]);
      } finally {
        await apache.stop();
        await backend.close();
      }
    });
  },
);
