import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { FileAccess } from '../contract.ts';

/** The local disk. Paths are resolved against the including file, and against the working directory for the first one. */
export const nodeFiles: FileAccess = {
  read: (path) => readFileSync(path, 'latin1'),
  list: listFiles,
  resolve: (from, path) => (isAbsolute(path) ? path : resolve(dirname(from), path)),
};

/** Files of a path, of a directory (all of them, nested), or of a pattern with `*`, `?` and `[…]` in any segment. */
function listFiles(pattern: string): readonly string[] {
  if (/[*?[]/.test(pattern)) return expand(pattern);
  try {
    return statSync(pattern).isDirectory() ? filesBelow(pattern) : [pattern];
  } catch {
    return [];
  }
}

function filesBelow(directory: string): readonly string[] {
  return entriesOf(directory).flatMap((entry) => {
    const path = join(directory, entry);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

function expand(pattern: string): readonly string[] {
  const directory = dirname(pattern);
  const parents = /[*?[]/.test(directory) ? expand(directory) : [directory];
  const matches = segmentMatcher(basename(pattern));
  return parents.flatMap((parent) =>
    entriesOf(parent)
      .filter((entry) => matches(entry))
      .map((entry) => join(parent, entry)),
  );
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
  } catch {
    return [];
  }
}

/** Shell rules: a leading dot must be written, `*` and `?` stay within the segment. The pattern is the operator's own. */
function segmentMatcher(segment: string): (name: string) => boolean {
  let source = '';
  for (let index = 0; index < segment.length; index++) {
    const character = segment.charAt(index);
    const close = character === '[' ? segment.indexOf(']', index + 2) : -1;
    if (close !== -1) {
      const inner = segment
        .slice(index + 1, close)
        .replace(/^!/, '^')
        .replaceAll('\\', '\\\\');
      source += `[${inner}]`;
      index = close;
    } else if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else source += character.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
  }
  const regex = new RegExp(`^${source}$`, 's');
  return (name) => (segment.startsWith('.') || !name.startsWith('.')) && regex.test(name);
}
