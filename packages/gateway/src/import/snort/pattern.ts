/** Bytes and gaps as regular expressions for @rx, in characters that no layer of quoting touches. */

/** A pattern that matches exactly these bytes: letters, digits and harmless signs as they are, all else escaped. */
export function escapeBytes(bytes: string): string {
  let pattern = '';
  for (let index = 0; index < bytes.length; index++) {
    const code = bytes.charCodeAt(index);
    const isEdge = index === 0 || index === bytes.length - 1;
    if (isHarmless(code) && !(code === 0x20 && isEdge)) pattern += bytes[index];
    else if (isMetacharacter(code)) pattern += `\\${bytes[index]}`;
    else pattern += `\\x${code.toString(16).padStart(2, '0')}`;
  }
  return pattern;
}

/** `{` comes escaped, so that `%{` is no macro. */
const METACHARACTERS = '.^$*+?()[]{}|';

function isMetacharacter(code: number): boolean {
  return METACHARACTERS.includes(String.fromCharCode(code));
}

/** Printable, with no meaning in a pattern, in the list grammar or in a quoted word. */
function isHarmless(code: number): boolean {
  if (code < 0x20 || code > 0x7e || isMetacharacter(code)) return false;
  return code !== 0x22 && code !== 0x27 && code !== 0x5c && code !== 0x60;
}

/** Whether bytes can be the argument of @contains and the like, where nothing can be escaped. */
export function isPlain(bytes: string): boolean {
  return (
    /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(bytes) && !/["'\\`]|%\{/.test(bytes) && !bytes.startsWith('@')
  );
}

/** `.{2,5}`, or as short as it can be said; undefined as maximum is no limit. */
export function gap(minimum: number, maximum: number | undefined): string {
  if (maximum === undefined) return minimum === 0 ? '.*?' : `.{${minimum},}?`;
  if (maximum === minimum) return minimum === 0 ? '' : `.{${minimum}}`;
  return `.{${minimum},${maximum}}?`;
}

/**
 * Bytes of a `content`: `|41 42|` is hex, `\"`, `\;`, `\\` and `\:` are those characters. Undefined when the text is not
 * in quotes or its hex is wrong.
 */
export function readContentBytes(quoted: string): string | undefined {
  const inner = /^"(.*)"$/s.exec(quoted)?.[1];
  if (inner === undefined) return undefined;
  let bytes = '';
  for (let at = 0; at < inner.length; at++) {
    const char = inner.charAt(at);
    if (char === '\\' && at + 1 < inner.length) bytes += inner.charAt(++at);
    else if (char === '|') {
      const end = inner.indexOf('|', at + 1);
      const hex = end === -1 ? 'x' : inner.slice(at + 1, end).replace(/\s+/g, '');
      if (!/^(?:[0-9a-f]{2})+$/i.test(hex)) return undefined;
      for (let pair = 0; pair < hex.length; pair += 2) {
        bytes += String.fromCharCode(Number.parseInt(hex.slice(pair, pair + 2), 16));
      }
      at = end;
    } else bytes += char;
  }
  return bytes === '' ? undefined : bytes;
}
