/** Whether a folder that is to be the root of the gate has what it needs. */
import { existsSync, lstatSync, readlinkSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { NeededPath } from './needed-path.ts';

/** What is missing, in one line each; none is good. */
export function missingIn(jail: string, needed: readonly NeededPath[]): readonly string[] {
  return needed.flatMap(({ path, use, why }) => {
    // A file that is written may be made; its folder may not.
    const place = use === 'write' && !existsSync(inside(jail, path)) ? dirname(path) : path;
    const found = inside(jail, place);
    if (!existsSync(found)) return [`${path} is not in ${jail}: ${why}`];
    if (place !== path && !statSync(found).isDirectory()) return [`${place} is no folder in ${jail}: ${why}`];
    return [];
  });
}

/** More links than any system follows. */
const MOST_LINKS = 40;

/** The place of a path with the jail as root: links in it are followed as they would be from within. */
export function inside(jail: string, path: string): string {
  let links = 0;
  const walk = (from: string, parts: readonly string[]): string => {
    let at = from;
    for (const [index, part] of parts.entries()) {
      const next = resolve(at, part);
      const outer = join(jail, next);
      if (isLink(outer) && links++ < MOST_LINKS) {
        const target = resolve(at, readlinkSync(outer));
        return walk('/', [...partsOf(target), ...parts.slice(index + 1)]);
      }
      at = next;
    }
    return at;
  };
  return join(jail, walk('/', partsOf(path)));
}

function partsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '');
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    // Neither is what is not there, or lies behind a circle of links.
    return false;
  }
}
