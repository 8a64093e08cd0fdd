/** Files the rules are made of, and places they write to: known by loading them once. */
import { createWaf, type FileAccess, type Waf } from '@sallyport/engine';
import { nodeFiles } from '@sallyport/engine/node';
import type { Config } from '../config/config.ts';
import { createServices } from '../services/services.ts';
import { chooseRuleSet } from '../waf/rule-set.ts';
import type { NeededPath } from './needed-path.ts';

/** Rejects with what a start would reject with when the rules do not load. */
export async function rulePaths(config: Config): Promise<readonly NeededPath[]> {
  if (config.routes.length > 0 && config.routes.every(({ waf }) => waf === 'off')) return [];
  const read = new Set<string>();
  const files: FileAccess = {
    ...nodeFiles,
    read(path) {
      read.add(path);
      return nodeFiles.read(path);
    },
  };
  const { services, load, release } = createServices(config);
  try {
    let waf: Waf | undefined;
    let failure: unknown;
    do {
      try {
        waf = createWaf({ ...services, files, rules: chooseRuleSet(config).rules });
        failure = undefined;
      } catch (cause) {
        failure = cause;
      }
      // Rules may ask for what has to be fetched first.
    } while (await load());
    if (waf === undefined) throw failure;
    return [
      ...[...read].map((path): NeededPath => ({ path, use: 'read', why: 'rules' })),
      ...written(waf).map(([path, why]): NeededPath => ({ path, use: 'write', why })),
    ];
  } finally {
    release();
  }
}

function written({ settings }: Waf): readonly (readonly [path: string, directive: string])[] {
  const { audit, dataDir, tmpDir, uploadDir, debugLog } = settings;
  const all = [
    [audit.log, 'SecAuditLog'],
    [audit.log2, 'SecAuditLog2'],
    [audit.storageDir, 'SecAuditLogStorageDir'],
    [dataDir, 'SecDataDir'],
    [tmpDir, 'SecTmpDir'],
    [uploadDir, 'SecUploadDir'],
    [debugLog, 'SecDebugLog'],
  ] as const;
  return all.flatMap(([path, why]) => (path?.startsWith('/') ? [[path, why] as const] : []));
}
