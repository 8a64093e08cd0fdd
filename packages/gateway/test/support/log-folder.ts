/** Logs in a folder of their own, for tests that write them and read them back. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createLogs } from '../../src/logs/logs.ts';
import type { AccessLogSettings, AuditSource, Logs, LogsConfig, RequestContext } from '../../src/logs/types.ts';

export interface LogFolder {
  readonly directory: string;
  /** What the logs have said about themselves. */
  readonly complaints: readonly string[];
  /** Opens `access.log` in the combined format and `error.log`, unless told otherwise. */
  open(config?: LogsConfig): Logs;
  /** The lines of a file in the folder, as byte strings. */
  lines(name: string): string[];
  /** Settings by which audit entries go to `audit.log`: serial, in JSON. */
  auditSource(changes?: Partial<AuditSource['audit']>): AuditSource;
}

/** Makes a folder; it is gone when the test is over, and what was opened is closed. */
export function logFolder(): LogFolder {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-logs-'));
  const complaints: string[] = [];
  const opened: Logs[] = [];
  onTestFinished(async () => {
    for (const logs of opened) await logs.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return {
    directory,
    complaints,
    open(config) {
      const logs = createLogs({
        access: combinedTo(join(directory, 'access.log')),
        errorLog: join(directory, 'error.log'),
        complain: (text) => complaints.push(text),
        ...config,
      });
      opened.push(logs);
      return logs;
    },
    lines: (name) => readFileSync(join(directory, name), 'latin1').split('\n').slice(0, -1),
    auditSource: (changes) => ({
      audit: {
        engine: 'On',
        type: 'Serial',
        format: 'JSON',
        parts: 'BH',
        log: join(directory, 'audit.log'),
        log2: undefined,
        storageDir: undefined,
        dirMode: 0o700,
        fileMode: 0o600,
        ...changes,
      },
      serverSignature: undefined,
      componentSignatures: [],
      webAppId: 'default',
      sensorId: '',
    }),
  };
}

/** One access log, in the combined format. */
export function combinedTo(path: string): readonly AccessLogSettings[] {
  return [{ file: path, program: [], format: 'combined', when: [] }];
}

/** The request that findings in these tests are about. */
export const requestContext: RequestContext = {
  client: { address: '192.0.2.1', port: 43290 },
  hostname: 'example.test',
  uriPath: '/a',
  id: 'awDb',
};
