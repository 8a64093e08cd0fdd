import { isLower, isSpace, isUpper, lowerCase } from '../bytes/ascii.ts';
import type { HashedLink } from '../registry/settings.ts';

/** Elements whose content is text, not markup (HTML §13.2.5). */
const RAW_TEXT: ReadonlySet<string> = new Set(['script', 'style', 'textarea', 'title', 'xmp', 'iframe', 'noframes']);

/** Which kind of link an attribute is; undefined for none. `href` counts on any element. */
function kindOf(element: string, attribute: string): HashedLink | undefined {
  if (attribute === 'href') return 'HashHref';
  if (attribute === 'action' && element === 'form') return 'HashFormAction';
  if (attribute === 'src' && element === 'iframe') return 'HashIframeSrc';
  if (attribute === 'src' && element === 'frame') return 'HashFrameSrc';
  return undefined;
}

/**
 * Rewrites the links of an HTML page; everything else keeps its bytes. `sign` gives the new link, or undefined to leave one as
 * it is. Undefined when nothing changed. Time is linear in the page.
 */
export function signHtml(
  page: string,
  sign: (link: string, kind: HashedLink) => string | undefined,
): string | undefined {
  let out = '';
  let copied = 0;
  for (const { element, attribute, start, end, quote } of attributesOf(page)) {
    const kind = kindOf(element, attribute);
    if (kind === undefined) continue;
    const signed = sign(decode(page.slice(start, end)), kind);
    if (signed === undefined) continue;
    const mark = quote === '' ? '"' : '';
    out += page.slice(copied, start) + mark + encode(signed) + mark;
    copied = end;
  }
  return copied === 0 ? undefined : out + page.slice(copied);
}

interface Attribute {
  /** Names in lower case. */
  readonly element: string;
  readonly attribute: string;
  /** The value without its quotes. */
  readonly start: number;
  readonly end: number;
  readonly quote: string;
}

/** Attributes with a value, in order. */
function* attributesOf(page: string): Generator<Attribute> {
  let at = page.indexOf('<');
  while (at !== -1) {
    if (page.startsWith('<!--', at)) {
      const end = page.indexOf('-->', at + 4);
      if (end === -1) return;
      at = page.indexOf('<', end + 3);
      continue;
    }
    const first = page.charCodeAt(at + 1);
    if (!isLower(first) && !isUpper(first)) {
      at = page.indexOf('<', at + 1);
      continue;
    }
    let end = at + 1;
    while (end < page.length && !endsName(page, end)) end++;
    const element = lowerCase(page.slice(at + 1, end));
    end = yield* attributesOfTag(page, element, end);
    if (RAW_TEXT.has(element)) end = endOfRawText(page, element, end);
    at = page.indexOf('<', end);
  }
}

function endsName(page: string, at: number): boolean {
  const byte = page[at];
  return byte === '>' || byte === '/' || isSpace(page.charCodeAt(at));
}

/** Gives the index behind the tag. */
function* attributesOfTag(page: string, element: string, from: number): Generator<Attribute, number> {
  let at = from;
  while (at < page.length && page[at] !== '>') {
    if (page[at] === '/' || isSpace(page.charCodeAt(at))) {
      at++;
      continue;
    }
    const nameStart = at;
    at++;
    while (at < page.length && page[at] !== '=' && !endsName(page, at)) at++;
    const attribute = lowerCase(page.slice(nameStart, at));
    while (at < page.length && isSpace(page.charCodeAt(at))) at++;
    if (page[at] !== '=') continue;
    at++;
    while (at < page.length && isSpace(page.charCodeAt(at))) at++;
    const quote = page[at] === '"' || page[at] === "'" ? (page[at] ?? '') : '';
    const start = at + quote.length;
    let end = start;
    if (quote !== '') {
      end = page.indexOf(quote, start);
      if (end === -1) return page.length;
    } else while (end < page.length && page[end] !== '>' && !isSpace(page.charCodeAt(end))) end++;
    yield { element, attribute, start, end, quote };
    at = end + quote.length;
  }
  return at + 1;
}

function endOfRawText(page: string, element: string, from: number): number {
  for (let at = page.indexOf('</', from); at !== -1; at = page.indexOf('</', at + 2)) {
    if (lowerCase(page.slice(at + 2, at + 2 + element.length)) === element) return at;
  }
  return page.length;
}

/** The references that stand in links; others are left alone and signed as they are. */
function decode(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&#38;', '&').replaceAll('&amp;', '&');
}

function encode(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}
