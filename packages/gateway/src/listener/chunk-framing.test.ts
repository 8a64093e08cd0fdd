import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkFraming } from './chunk-framing.ts';

interface Outcome {
  readonly complaint: string | undefined;
  readonly isComplete: boolean;
  /** Bytes behind the body. */
  readonly rest: number;
}

/** Reads a text that comes in pieces. */
function read(pieces: readonly string[], isLenient = false): Outcome {
  const framing = new ChunkFraming(isLenient);
  let rest = 0;
  for (const piece of pieces) {
    const bytes = Buffer.from(piece, 'latin1');
    const isOver = framing.isComplete || framing.complaint !== undefined;
    rest += bytes.length - (isOver ? 0 : framing.read(bytes, 0));
  }
  return { complaint: framing.complaint, isComplete: framing.isComplete, rest };
}

describe('strictly', () => {
  it.each([
    ['0\r\n\r\n', 0],
    ['1\r\na\r\n0\r\n\r\nGET', 3],
    ['A\r\n0123456789\r\n00\r\n\r\n', 0],
    ['00000001\r\na\r\n0\r\n\r\n', 0],
    ['2\r\n\r\n\r\n0\r\nX-A: b\r\nX-C:\r\n\r\n', 0],
  ])('%j is a body', (text, rest) => {
    expect(read([text])).toEqual({ complaint: undefined, isComplete: true, rest });
  });

  it.each([
    ['\r\n', 'chunk without a size'],
    ['+1\r\n', 'chunk without a size'],
    ['1 \r\n', 'chunk size with other bytes than digits'],
    ['1;a\r\n', 'chunk extension'],
    ['000000001\r\n', 'chunk size of more than 8 digits'],
    ['1\na', 'chunk size with other bytes than digits'],
    ['1\rxa', 'chunk size without line end'],
    ['1\r\nab', 'chunk without its line end'],
    ['1\r\na\rx', 'chunk without its line end'],
    ['0\r\n X: a\r\n', 'trailer that is no header line'],
    ['0\r\nX Y: a\r\n', 'trailer name that is not a token'],
    ['0\r\nX: a\0', 'trailer with control bytes'],
    ['0\r\nX: a\rb', 'chunk without its line end'],
    ['0\r\n\rx', 'body without its last line end'],
  ])('%j: %s', (text, complaint) => expect(read([text]).complaint).toBe(complaint));
});

describe('leniently', () => {
  it.each(['1;a="b c"\r\na\r\n0;x\r\n\r\n', '0000000000000001\r\na\r\n0\r\n\r\n'])('%j is a body', (text) => {
    expect(read([text], true)).toEqual({ complaint: undefined, isComplete: true, rest: 0 });
  });

  it.each([
    ['1;a\nb\r\n', 'chunk extension with control bytes'],
    ['00000000000000001\r\n', 'chunk size of more than 16 digits'],
    ['fffffffffffffff\r\n', 'chunk size of more than 16 digits'],
    [`1;${'a'.repeat(16_385)}\r\n`, 'too many chunk extensions'],
    [`${`1;${'a'.repeat(1000)}\r\na\r\n`.repeat(17)}`, 'too many chunk extensions'],
  ])('%.20j: %s', (text, complaint) => expect(read([text], true).complaint).toBe(complaint));
});

it.each([
  ['extensions', '1;12345\r\na\r\n1;12345\r\n', 'too many chunk extensions'],
  ['trailers', '0\r\nA: 12345\r\nB: 6\r\n', 'too many trailers'],
])('takes so many %s', (_name, text, complaint) => {
  const complaintWith = (most: number): string | undefined => {
    const framing = new ChunkFraming(true, { extensions: most, trailers: most });
    framing.read(Buffer.from(text), 0);
    return framing.complaint;
  };
  expect(complaintWith(15)).toBeUndefined();
  expect(complaintWith(9)).toBe(complaint);
});

it('tells where the data are', () => {
  const bytes = Buffer.from('2\r\nab\r\n3\r\ncde\r\n0\r\n\r\nrest');
  const framing = new ChunkFraming(false);
  const data: string[] = [];
  let at = framing.readFraming(bytes, 0);
  while (framing.dataLeft > 0) {
    data.push(bytes.toString('latin1', at, at + 1));
    framing.skipData(1);
    at = framing.readFraming(bytes, at + 1);
  }
  expect(data).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect([framing.isComplete, bytes.toString('latin1', at)]).toEqual([true, 'rest']);
});

it('comes to the same however the bytes are cut', () => {
  const parts = ['0', '1', 'a', 'F', ';x', '\r\n', '\r', '\n', ' ', ':', 'X: y\r\n', '0\r\n\r\n', '1\r\na\r\n', '\0'];
  const text = fc.array(fc.constantFrom(...parts), { maxLength: 12 }).map((all) => all.join(''));
  fc.assert(
    fc.property(text, fc.boolean(), (whole, isLenient) => {
      expect(read([...whole], isLenient)).toEqual(read([whole], isLenient));
    }),
  );
});
