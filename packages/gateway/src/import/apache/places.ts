/** Which requests a section is for: those of a path, of a pattern, or for names of files. */
import { checkPath } from '../../config/checks.ts';
import { checkPathPattern } from '../../proxy/path-pattern.ts';
import type { NodeSection } from './expand.ts';
import { Scope } from './scope.ts';

/** `<Location>` and `<LocationMatch>`; a text says why the gate cannot tell these requests apart. */
export function placeOf(section: NodeSection, scope: Scope): Scope | string {
  const [first = '', second = ''] = section.args;
  const isPattern = section.name.toLowerCase() === 'locationmatch' || first === '~';
  const written = first === '~' ? second : first;
  if (!isPattern && !/[*?[]/.test(written))
    return checkPath(written) ?? new Scope('location', scope, section.at, written);
  const pattern = isPattern ? written : patternOf(written);
  return checkPathPattern(pattern) ?? new Scope('location', scope, section.at, '/', pattern);
}

/** `<Files wp-*.php>` as a pattern for the last segment; `<FilesMatch>` is one. */
export function nameOfFiles({ name, args: [first = '', second = ''] }: NodeSection): string {
  if (first === '~') return second;
  return name.toLowerCase() === 'filesmatch' ? first : patternOf(first);
}

/** `/x/*.png` as Apache matches it: whole, and a wildcard stops at a slash. */
function patternOf(written: string): string {
  const body = written.replace(/\[!?[^\]]*\]|[\\^$.|?*+(){}]/g, (part) => {
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    return part.startsWith('[') ? part.replace(/^\[!/, '[^') : `\\${part}`;
  });
  return `^${body}$`;
}
