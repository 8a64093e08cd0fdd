import { namesOf, nameWithoutNul, startsWithName } from './names.ts';

/**
 * Whether a tag can run a script, load one, or change how the page's own ones run. SVG and XSLT are taken as a whole.
 * Letter case does not count, nor do NUL bytes: old browsers skip them.
 */
export function isDangerousTag(source: string, start: number, end: number): boolean {
  if (end - start < 3) return false;
  return (
    DANGEROUS_TAGS.has(nameWithoutNul(source, start, end)) ||
    startsWithName(source, start, end, 'svg') ||
    startsWithName(source, start, end, 'xsl')
  );
}

const DANGEROUS_TAGS: ReadonlySet<string> = namesOf(`
  applet base comment embed frame frameset handler iframe import isindex link listener meta noscript object script style
  vmlframe xml xss
`);
