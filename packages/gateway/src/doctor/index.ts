import { accounts } from './accounts.ts';
import type { Examination } from './examination.ts';
import { files } from './files.ts';
import { identity } from './identity.ts';
import { kernel } from './kernel.ts';
import { limits } from './limits.ts';
import { network } from './network.ts';
import { nodeVersion } from './node-version.ts';
import { packages } from './packages.ts';
import { platform } from './platform.ts';
import { ports } from './ports.ts';
import { setId } from './set-id.ts';

/** Everything the doctor looks at, in this order. */
export const EXAMINATIONS: readonly Examination[] = [
  nodeVersion,
  platform,
  kernel,
  identity,
  accounts,
  ports,
  network,
  files,
  setId,
  limits,
  packages,
];
