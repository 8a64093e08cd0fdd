/** Markup a document may begin with; the next byte must end the tag name (WHATWG MIME Sniffing, table of scriptable types). */
const HTML_TAGS = [
  '<!doctype html',
  '<html',
  '<head',
  '<script',
  '<iframe',
  '<h1',
  '<div',
  '<font',
  '<table',
  '<a',
  '<style',
  '<title',
  '<b',
  '<body',
  '<br',
  '<p',
] as const;

const SIGNATURES: readonly (readonly [start: string, type: string])[] = [
  ['%PDF-', 'application/pdf'],
  ['%!PS-Adobe-', 'application/postscript'],
  ['\xfe\xff', 'text/plain; charset=utf-16be'],
  ['\xff\xfe', 'text/plain; charset=utf-16le'],
  ['\xef\xbb\xbf', 'text/plain; charset=utf-8'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['PK\x03\x04', 'application/zip'],
  ['\x1f\x8b\x08', 'application/x-gzip'],
];

/** Content type of a body that came without one, from its first 512 bytes (WHATWG MIME Sniffing, as Go servers do). */
export function sniffContentType(body: string): string {
  const start = body.slice(0, 512);
  const text = start.replace(/^[\t\n\f\r ]+/, '');
  const lower = text.toLowerCase();
  if (HTML_TAGS.some((tag) => lower.startsWith(tag) && (lower[tag.length] === ' ' || lower[tag.length] === '>'))) {
    return 'text/html; charset=utf-8';
  }
  if (lower.startsWith('<!--')) return 'text/html; charset=utf-8';
  if (text.startsWith('<?xml')) return 'text/xml; charset=utf-8';
  const known = SIGNATURES.find(([signature]) => start.startsWith(signature));
  if (known !== undefined) return known[1];
  return isBinary(start) ? 'application/octet-stream' : 'text/plain; charset=utf-8';
}

function isBinary(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code <= 0x08 || code === 0x0b || (code >= 0x0e && code <= 0x1a) || (code >= 0x1c && code <= 0x1f)) return true;
  }
  return false;
}
