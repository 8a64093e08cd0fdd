import { startsWithEventName } from './events.ts';
import { namesOf, nameWithoutNul, startsWithName } from './names.ts';

/** Why an attribute is looked at: it is bad whatever its value, has a URL, or names another attribute. */
export type AttributeDanger = 'none' | 'always' | 'url' | 'attribute-name';

/**
 * What an attribute of this name can do. Letter case does not count, nor do NUL bytes (which only a name given as a value,
 * see `attributename`, can have).
 */
export function dangerOfAttribute(source: string, start: number, end: number): AttributeDanger {
  const length = end - start;
  if (length < 2) return 'none';
  if (length >= 5) {
    if (startsWithName(source, start, end, 'on') && startsWithEventName(source, start + 2, end)) return 'always';
    // Both can be used to make tags of any kind.
    if (startsWithName(source, start, end, 'xmlns') || startsWithName(source, start, end, 'xlink')) return 'always';
  }
  const name = nameWithoutNul(source, start, end);
  if (URL_ATTRIBUTES.has(name)) return 'url';
  if (DANGEROUS_ATTRIBUTES.has(name)) return 'always';
  return name === 'attributename' ? 'attribute-name' : 'none';
}

const URL_ATTRIBUTES: ReadonlySet<string> = namesOf(`
  action background by dynsrc folder formaction from handler href lowsrc poster src to values xlink:href
`);

// Style sheets can run scripts in old browsers, and data islands of Internet Explorer can bring some.
const DANGEROUS_ATTRIBUTES: ReadonlySet<string> = namesOf('dataformatas datasrc filter style');
