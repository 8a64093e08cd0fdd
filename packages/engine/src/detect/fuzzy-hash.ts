/**
 * Context-triggered piecewise hashing as ssdeep has it (J. Kornblum, "Identifying almost identical files using context
 * triggered piecewise hashing", 2006): a rolling hash over seven bytes cuts the text into pieces, each piece becomes one
 * letter, and similar texts have similar words of letters.
 */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const WINDOW = 7;
const SMALLEST_BLOCK = 3;
/** Letters of a signature, and of its second, coarser part. */
const LENGTH = 64;
const HALF = LENGTH / 2;
const PIECE_START = 0x28021967;
const PIECE_PRIME = 0x01000193;

/** `blocksize:letters:letters` of a byte string, the same text ssdeep writes. */
export function fuzzyHash(text: string): string {
  let block = SMALLEST_BLOCK;
  while (block * LENGTH < text.length) block *= 2;
  for (;;) {
    const { fine, coarse, pieces } = signature(text, block);
    // Too few cuts: look again with blocks of half the size.
    if (block === SMALLEST_BLOCK || pieces >= HALF) return `${block}:${fine}:${coarse}`;
    block /= 2;
  }
}

function signature(text: string, block: number): { fine: string; coarse: string; pieces: number } {
  const window = new Uint8Array(WINDOW);
  let sum = 0;
  let weighted = 0;
  let shifted = 0;
  let fineHash = PIECE_START;
  let coarseHash = PIECE_START;
  let fine = '';
  let coarse = '';
  let fineLast = '';
  let coarseLast = '';
  let rolling = 0;
  for (let at = 0; at < text.length; at++) {
    const byte = text.charCodeAt(at);
    weighted = (weighted - sum + WINDOW * byte) >>> 0;
    sum = sum + byte - (window[at % WINDOW] ?? 0);
    window[at % WINDOW] = byte;
    shifted = (shifted << 5) ^ byte;
    rolling = (sum + weighted + (shifted >>> 0)) >>> 0;
    fineHash = Math.imul(fineHash, PIECE_PRIME) ^ byte;
    coarseHash = Math.imul(coarseHash, PIECE_PRIME) ^ byte;
    if (rolling % block !== block - 1) continue;
    // The last letter stands for all the rest of the text, so it is written over until the end.
    fineLast = letter(fineHash);
    if (fine.length < LENGTH - 1) {
      fine += fineLast;
      fineLast = '';
      fineHash = PIECE_START;
    }
    if (rolling % (2 * block) !== 2 * block - 1) continue;
    coarseLast = letter(coarseHash);
    if (coarse.length < HALF - 1) {
      coarse += coarseLast;
      coarseLast = '';
      coarseHash = PIECE_START;
    }
  }
  const pieces = fine.length;
  const isOpen = rolling !== 0;
  return {
    fine: fine + (isOpen ? letter(fineHash) : fineLast),
    coarse: coarse + (isOpen ? letter(coarseHash) : coarseLast),
    pieces,
  };
}

function letter(hash: number): string {
  return LETTERS.charAt(hash & 63);
}

/** A signature taken apart. */
export interface FuzzySignature {
  readonly block: number;
  readonly fine: string;
  readonly coarse: string;
}

/** Reads `blocksize:letters:letters`, with or without `,"file name"` behind it; undefined for anything else. */
export function parseFuzzyHash(text: string): FuzzySignature | undefined {
  const found = /^(\d{1,10}):([A-Za-z0-9+/]{0,64}):([A-Za-z0-9+/]{0,64})(?:,|$)/.exec(text);
  if (found === null) return undefined;
  const [, block = '', fine = '', coarse = ''] = found;
  return { block: Number(block), fine: shortened(fine), coarse: shortened(coarse) };
}

/** Runs of a letter say little, so no more than three of them count. */
function shortened(letters: string): string {
  let out = '';
  for (let at = 0; at < letters.length; at++) {
    const isRun = at >= 3 && [1, 2, 3].every((back) => letters[at - back] === letters[at]);
    if (!isRun) out += letters[at];
  }
  return out;
}

/** How alike two texts are by their signatures: 0 (not at all, as far as can be told) to 100. */
export function compareFuzzyHashes(left: FuzzySignature, right: FuzzySignature): number {
  if (left.block === right.block) {
    if (left.fine === right.fine && left.coarse === right.coarse) return 100;
    return Math.max(score(left.fine, right.fine, left.block), score(left.coarse, right.coarse, left.block * 2));
  }
  if (left.block === right.block * 2) return score(left.fine, right.coarse, left.block);
  if (right.block === left.block * 2) return score(left.coarse, right.fine, right.block);
  return 0;
}

function score(left: string, right: string, block: number): number {
  if (!haveCommonPiece(left, right)) return 0;
  const distance = Math.floor((editDistance(left, right) * LENGTH) / (left.length + right.length));
  const alike = 100 - Math.floor((100 * distance) / LENGTH);
  // Small blocks make letters of a few bytes each: what they agree in proves little.
  if (block >= Math.floor((99 + WINDOW) / WINDOW) * SMALLEST_BLOCK) return alike;
  return Math.min(alike, Math.floor(block / SMALLEST_BLOCK) * Math.min(left.length, right.length));
}

/** Whether seven letters in a row are the same: less is chance. */
function haveCommonPiece(left: string, right: string): boolean {
  for (let at = 0; at + WINDOW <= left.length; at++) {
    if (right.includes(left.slice(at, at + WINDOW))) return true;
  }
  return false;
}

/** Letters to insert and to delete; changing one costs both. */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const change = left[row - 1] === right[column - 1] ? 0 : 2;
      current.push(
        Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (previous[column - 1] ?? 0) + change),
      );
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}
