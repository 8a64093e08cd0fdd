import { ByteSet } from '@sallyport/engine/language';

/** Sets people have a word for, the larger ones first where one contains another. */
const NAMED: readonly (readonly [words: string, set: ByteSet])[] = [
  ['any byte', ByteSet.range(0, 255)],
  ['any byte but a line feed', ByteSet.of(10).complement()],
  ['a word character', ByteSet.from([[0x30, 0x39], [0x41, 0x5a], 0x5f, [0x61, 0x7a]])],
  ['no word character', ByteSet.from([[0x30, 0x39], [0x41, 0x5a], 0x5f, [0x61, 0x7a]]).complement()],
  [
    'a letter or digit',
    ByteSet.from([
      [0x30, 0x39],
      [0x41, 0x5a],
      [0x61, 0x7a],
    ]),
  ],
  [
    'a letter',
    ByteSet.from([
      [0x41, 0x5a],
      [0x61, 0x7a],
    ]),
  ],
  [
    'a hexadecimal digit',
    ByteSet.from([
      [0x30, 0x39],
      [0x41, 0x46],
      [0x61, 0x66],
    ]),
  ],
  ['a digit', ByteSet.range(0x30, 0x39)],
  ['anything but a digit', ByteSet.range(0x30, 0x39).complement()],
  ['white space', ByteSet.from([[0x09, 0x0d], 0x20])],
  ['anything but white space', ByteSet.from([[0x09, 0x0d], 0x20]).complement()],
  ['a small letter', ByteSet.range(0x61, 0x7a)],
  ['a capital letter', ByteSet.range(0x41, 0x5a)],
];

/** A set of bytes as a person would name it: `a digit`, `one of a-f, "_"`, `anything but "<"`. */
export function bytesInWords(set: ByteSet): string {
  const named = NAMED.find(([, other]) => other.equals(set));
  if (named !== undefined) return named[0];
  if (set.isEmpty) return 'nothing that exists';
  if (set.single !== -1) return byteInWords(set.single);
  const isMostlyFull = set.size > 128;
  const members = isMostlyFull ? set.complement() : set;
  // Letters of both cases are shown once.
  const isCaseless = members.intersects(CAPITALS) && members.foldCase().equals(members);
  const shown = rangesOf(isCaseless ? members.subtract(CAPITALS) : members).join(', ');
  return `${isMostlyFull ? 'anything but' : 'one of'} ${shown}${isCaseless ? ' (letters in any case)' : ''}`;
}

const SPECIAL: Readonly<Record<number, string>> = {
  0: 'NUL',
  9: 'tab',
  10: 'line feed',
  13: 'carriage return',
  32: 'blank',
  34: "'\"'",
};

export function byteInWords(byte: number): string {
  const special = SPECIAL[byte];
  if (special !== undefined) return special;
  if (byte > 0x20 && byte < 0x7f) return `"${String.fromCharCode(byte)}"`;
  return `0x${byte.toString(16).padStart(2, '0')}`;
}

const CAPITALS = ByteSet.range(0x41, 0x5a);
/** Ranges people read as one: digits, capitals, small letters. Any other run is broken where one of these begins or ends. */
const BREAKS: ReadonlySet<number> = new Set([0x30, 0x3a, 0x41, 0x5b, 0x61, 0x7b, 0x80]);

/** `a-z`, `"_"`: neighbours as ranges. */
function rangesOf(set: ByteSet): string[] {
  const parts: string[] = [];
  let start = -1;
  for (let byte = 0; byte <= 256; byte++) {
    const isMember = byte < 256 && set.has(byte);
    if (start !== -1 && (!isMember || BREAKS.has(byte))) {
      if (byte - start < 3) for (let one = start; one < byte; one++) parts.push(byteInWords(one));
      else parts.push(`${bare(start)}-${bare(byte - 1)}`);
      start = -1;
    }
    if (isMember && start === -1) start = byte;
  }
  return parts;
}

function bare(byte: number): string {
  return byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : byteInWords(byte);
}
