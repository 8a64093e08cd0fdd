import { isAbsolute } from 'node:path';
import type { Config } from './config.ts';

export interface LogFileSetting {
  /** `logs.access` */
  readonly key: string;
  readonly file: string;
}

/** The log files a configuration names, programs and servers left out. Rules may name more. */
export function logFilesOf({ logs }: Config): readonly LogFileSetting[] {
  const named = [
    ...logs.access.map(({ file }) => ({ key: 'logs.access', file })),
    { key: 'logs.error', file: logs.error },
    ...[...logs.errorsByTag.values()].map((file) => ({ key: 'logs.errors_by_tag', file })),
    { key: 'logs.slow_requests.file', file: logs.slowRequests.file },
    { key: 'logs.audit', file: logs.audit },
  ];
  return named.flatMap(({ key, file }) => (file !== undefined && isAbsolute(file) ? [{ key, file }] : []));
}
