/** The parts of `s/pattern/replacement/flags`, delimiters unescaped. */
export interface Substitution {
  readonly pattern: string;
  readonly replacement: string;
  /** `i`: ASCII letters match in either case. */
  readonly isCaseless: boolean;
  /** `d`: what macros insert into the pattern is text, not syntax. */
  readonly isEscaped: boolean;
}

const FORM = 'write s/regex/replacement/ with the flags d and i behind it';

/** Reads the argument of `@rsub`; any byte can stand for the slashes. Throws an Error that shows the right form. */
export function parseSubstitution(text: string): Substitution {
  const delimiter = text[1];
  if (text[0]?.toLowerCase() !== 's' || delimiter === undefined) throw new Error(FORM);
  const [pattern, afterPattern] = readPart(text, 2, delimiter);
  const [replacement, afterReplacement] = readPart(text, afterPattern, delimiter);
  const flags = text.slice(afterReplacement).toLowerCase();
  if (!/^[di]*$/.test(flags)) throw new Error(`"${flags}" are not flags of a substitution; ${FORM}`);
  return { pattern, replacement, isCaseless: flags.includes('i'), isEscaped: flags.includes('d') };
}

/** The text up to the next bare delimiter, and the index behind that. */
function readPart(text: string, from: number, delimiter: string): readonly [part: string, next: number] {
  let part = '';
  for (let at = from; at < text.length; at++) {
    if (text[at] === delimiter) return [part, at + 1];
    if (text[at] === '\\' && at + 1 < text.length) {
      at++;
      part += text[at] === delimiter ? delimiter : `\\${text[at]}`;
    } else part += text[at];
  }
  throw new Error(FORM);
}

/** A replacement as pieces: text, and the numbers of groups written as `\1` to `\9`. */
export function replacementPieces(replacement: string): readonly (string | number)[] {
  const pieces: (string | number)[] = [];
  let text = '';
  for (let at = 0; at < replacement.length; at++) {
    const next = replacement.charCodeAt(at + 1);
    if (replacement[at] === '\\' && next >= 0x31 && next <= 0x39) {
      if (text !== '') pieces.push(text);
      text = '';
      pieces.push(next - 0x30);
      at++;
    } else text += replacement[at];
  }
  if (text !== '') pieces.push(text);
  return pieces;
}
