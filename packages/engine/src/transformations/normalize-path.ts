import { defineTransformation, type Transformation } from '../registry/transformation.ts';

export const normalizePath: Transformation = defineTransformation({
  name: 'normalizePath',
  aliases: ['normalisePath'],
  summary: 'Removes empty segments, /./ and segment/../ from a path.',
  examples: [
    { input: '/a//b/./c/../d', output: '/a/b/d' },
    { input: 'dir/../../foo', output: '../foo' },
    { input: '/../../etc/passwd', output: '/etc/passwd' },
    { input: './', output: '' },
    { input: '/..', output: '' },
    { input: 'a/../b/', output: 'b/' },
    { input: '/etc/passwd..', output: '/etc/passwd..' },
  ],
  apply: normalize,
  triggers: (byte) => byte === SLASH || byte === DOT,
});

export const normalizePathWin: Transformation = defineTransformation({
  name: 'normalizePathWin',
  aliases: ['normalisePathWin'],
  summary: 'Turns backslashes into slashes and then does as normalizePath.',
  examples: [
    { input: '..\\..\\windows\\.\\win.ini', output: '../../windows/win.ini' },
    { input: '\\a\\\\\\b/..\\c', output: '/a/c' },
  ],
  apply: (value) => normalize(value.replaceAll('\\', '/')),
  triggers: (byte) => byte === SLASH || byte === DOT || byte === 0x5c,
});

const SLASH = 0x2f;
const DOT = 0x2e;

/**
 * Segment by segment. Two answers differ from what a file system would say and are kept from ModSecurity 2: an absolute path
 * of which nothing remains is empty unless it ended in a slash, and once a named segment follows, a later `..` may remove a
 * leading `..`: `../a/../../b` is `b`.
 *
 * Only segments that are `.` or `..` count. ModSecurity 2 also takes `passwd..` for a back reference and deletes it; a
 * Windows back end opens such a name as `passwd`, so rules must see it.
 */
function normalize(path: string): string {
  if (!needsWork(path)) return path;
  const isAbsolute = path.charCodeAt(0) === SLASH;
  const endsInSlash = path.charCodeAt(path.length - 1) === SLASH;
  const segments: string[] = [];
  let isClimbing = false;
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') {
      segments.push(segment);
      isClimbing = false;
    } else if (isAbsolute) {
      segments.pop();
    } else if (isClimbing || segments.length === 0) {
      segments.push(segment);
      isClimbing = true;
    } else {
      segments.pop();
    }
  }
  if (segments.length === 0) return isAbsolute && endsInSlash ? '/' : '';
  return (isAbsolute ? '/' : '') + segments.join('/') + (endsInSlash ? '/' : '');
}

/** Whether there is an empty segment or one that ends in a dot; other paths stay as they are. */
function needsWork(path: string): boolean {
  for (let at = 0; at < path.length; at++) {
    const byte = path.charCodeAt(at);
    if (byte !== SLASH && byte !== DOT) continue;
    const next = path.charCodeAt(at + 1);
    if (next === SLASH || (byte === DOT && at + 1 === path.length)) return true;
  }
  return false;
}
