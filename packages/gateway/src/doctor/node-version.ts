import { BoundSocket } from 'node:net';
import type { Examination } from './examination.ts';

/** The oldest Node 24 with the fixes of its HTTP server up to July 2026. */
const NEEDED = [24, 18, 1] as const;

export const nodeVersion: Examination = {
  name: 'Node',
  examine(config) {
    const isNew = isAtLeast(process.versions.node, NEEDED);
    const wantsWorkers = config?.workers.count !== 0;
    return [
      {
        severity: isNew ? 'fine' : 'wrong',
        what: `Node ${process.versions.node}, OpenSSL ${process.versions.openssl}`,
        ...(!isNew && {
          hint: `take Node ${NEEDED.join('.')} or newer: older ones have known holes in their HTTP server`,
        }),
      },
      ...(BoundSocket === undefined && wantsWorkers
        ? [
            {
              severity: 'wrong' as const,
              what: 'this Node has no net.BoundSocket, which workers need',
              hint: 'take a newer Node 24, or workers.count: 0',
            },
          ]
        : []),
    ];
  },
};

export function isAtLeast(version: string, needed: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (const [at, least] of needed.entries()) {
    const part = parts[at] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
}
