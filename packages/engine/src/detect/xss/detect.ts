import { type AttributeDanger, dangerOfAttribute } from './attributes.ts';
import { Html5Tokenizer, type HtmlContext } from './html5-tokenizer.ts';
import { startsWithName } from './names.ts';
import { isDangerousTag } from './tags.ts';
import { isDangerousUrl } from './urls.ts';

/**
 * Decides whether a value, inserted into a page of HTML as text, in a tag, or in the quotes of an attribute, could run a
 * script. Gives the verdict of libinjection 4.
 *
 * @param value a byte string
 */
export function detectXss(value: string): boolean {
  // Without a tag of its own, a value needs an attribute with a value; and it is in no quotes unless it ends them.
  const hasTag = value.includes('<');
  if (!hasTag && !value.includes('=')) return false;
  return (
    (hasTag && isDangerousIn(value, 'text')) ||
    isDangerousIn(value, 'tag') ||
    (value.includes("'") && isDangerousIn(value, 'single-quoted')) ||
    (value.includes('"') && isDangerousIn(value, 'double-quoted')) ||
    (value.includes('`') && isDangerousIn(value, 'backtick-quoted'))
  );
}

const BACKTICK = 0x60;

/** Whether a value could run a script in one context. */
export function isDangerousIn(value: string, context: HtmlContext): boolean {
  const tokenizer = new Html5Tokenizer(value, context);
  let attribute: AttributeDanger = 'none';
  while (tokenizer.next()) {
    const { type, start, end } = tokenizer;
    switch (type) {
      case 'doctype':
        return true;
      case 'tag-open':
        if (isDangerousTag(value, start, end)) return true;
        break;
      case 'attribute-name':
        attribute = dangerOfAttribute(value, start, end);
        continue;
      case 'attribute-value':
        if (isDangerousValue(attribute, value, start, end)) return true;
        break;
      case 'comment':
        if (isDangerousComment(value, start, end)) return true;
        break;
      default:
        break;
    }
    attribute = 'none';
  }
  return false;
}

function isDangerousValue(attribute: AttributeDanger, value: string, start: number, end: number): boolean {
  switch (attribute) {
    case 'always':
      return true;
    case 'url':
      return isDangerousUrl(value, start, end);
    case 'attribute-name':
      // SVG can animate an attribute named in another one's value.
      return dangerOfAttribute(value, start, end) !== 'none';
    case 'none':
      return false;
  }
}

/** Whether Internet Explorer would take a comment for something else, or it defines an entity of XML. */
function isDangerousComment(value: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (value.charCodeAt(i) === BACKTICK) return true;
  }
  if (end - start > 3 && (startsWithName(value, start, end, '[if') || startsWithName(value, start, end, 'xml'))) {
    return true;
  }
  return startsWithName(value, start, end, 'import') || startsWithName(value, start, end, 'entity');
}
