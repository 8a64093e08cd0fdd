import { createRequire } from 'node:module';
import type { Config } from '../config/config.ts';
import type { Examination } from './examination.ts';

interface Optional {
  readonly name: string;
  readonly purpose: string;
  readonly isNeeded: (config: Config) => boolean;
}

/** Packages a gate can be installed without. */
const OPTIONAL: readonly Optional[] = [
  { name: 'ioredis', purpose: 'counters in Redis', isNeeded: (config) => config.collections.store === 'redis' },
  { name: 'jose', purpose: 'signed tokens', isNeeded: (config) => config.auth.jwt.size > 0 },
  { name: 'bcryptjs', purpose: 'passwords with bcrypt', isNeeded: () => false },
  { name: 'wasmoon', purpose: 'Lua scripts of rules', isNeeded: () => false },
  { name: 'libxml2-wasm', purpose: 'XML Schema and DTD validation', isNeeded: () => false },
];

export const packages: Examination = {
  name: 'optional packages',
  examine: (config) =>
    OPTIONAL.map(({ name, purpose, isNeeded }) => {
      if (isInstalled(name)) return { severity: 'fine', what: `${name}: ${purpose}` };
      const must = config !== undefined && isNeeded(config);
      return {
        severity: must ? 'wrong' : 'weak',
        what: `${name} is not installed: no ${purpose}`,
        hint: `npm install ${name}`,
      };
    }),
};

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch (cause) {
    // A package for `import` alone is there, and cannot be resolved this way.
    return (cause as NodeJS.ErrnoException).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
  }
}
