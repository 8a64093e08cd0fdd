import type { Examination } from './examination.ts';
import { files } from './files.ts';
import { identity } from './identity.ts';
import { limits } from './limits.ts';
import { nodeVersion } from './node-version.ts';
import { packages } from './packages.ts';
import { platform } from './platform.ts';
import { ports } from './ports.ts';

/** Everything the doctor looks at, in this order. */
export const EXAMINATIONS: readonly Examination[] = [nodeVersion, platform, identity, ports, files, limits, packages];
