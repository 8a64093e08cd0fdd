import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  beginRequest,
  MAX_CONTENT,
  namesAndValues,
  RECORD,
  RecordError,
  RecordReader,
  recordHeader,
  streamRecords,
} from './records.ts';

/** Reads everything, fed in pieces that end where `cuts` say. */
function read(bytes: Buffer, cuts: readonly number[] = []): { type: number; length: number; content: string }[] {
  const reader = new RecordReader();
  const found: { type: number; length: number; content: string }[] = [];
  let from = 0;
  for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
    reader.feed(bytes.subarray(from, cut));
    from = cut;
    for (let piece = reader.next(); piece !== undefined; piece = reader.next()) {
      found.push({ type: piece.type, length: piece.recordLength, content: piece.content.toString('latin1') });
    }
  }
  expect(reader.isEmpty).toBe(true);
  return found;
}

/** A name-value list read back, as the FastCGI specification describes it in §3.4. */
function readNamesAndValues(bytes: Buffer): string[] {
  const list: string[] = [];
  let at = 0;
  const length = (): number => {
    const first = bytes[at] as number;
    if (first < 0x80) {
      at++;
      return first;
    }
    at += 4;
    return bytes.readUInt32BE(at - 4) - 0x80000000;
  };
  while (at < bytes.length) {
    const name = length();
    const value = length();
    list.push(bytes.toString('latin1', at, at + name), bytes.toString('latin1', at + name, at + name + value));
    at += name + value;
  }
  return list;
}

describe('records', () => {
  it('begin a request as the specification shows it', () => {
    expect(beginRequest(true).toString('hex')).toBe('01010001000800000001010000000000');
    expect(beginRequest(false).toString('hex')).toBe('01010001000800000001000000000000');
    expect(recordHeader(RECORD.stdin, 258).toString('hex')).toBe('0105000101020000');
  });

  it('read back what was written, wherever the bytes are split', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            type: fc.constantFrom(RECORD.stdout, RECORD.stderr, RECORD.end),
            content: fc.uint8Array({ maxLength: 300 }),
            padding: fc.integer({ min: 0, max: 255 }),
          }),
          { maxLength: 8 },
        ),
        fc.array(fc.nat(2000), { maxLength: 12 }),
        (records, cuts) => {
          const parts = records.map(({ type, content, padding }) => {
            const header = recordHeader(type, content.length);
            header[6] = padding;
            return Buffer.concat([header, content, Buffer.alloc(padding, 0xff)]);
          });
          // A record that only needs its padding is not over yet; the next one brings it.
          const bytes = Buffer.concat([...parts, recordHeader(RECORD.stdout, 0)]);
          const pieces = read(
            bytes,
            cuts.map((cut) => cut % bytes.length),
          );
          const whole = (type: number): string =>
            records.flatMap((one) => (one.type === type ? [Buffer.from(one.content).toString('latin1')] : [])).join('');
          for (const type of [RECORD.stdout, RECORD.stderr, RECORD.end])
            expect(pieces.flatMap((one) => (one.type === type ? [one.content] : [])).join('')).toBe(whole(type));
          // Records that are no streams come whole.
          const ends = records.filter(({ type }) => type === RECORD.end);
          expect(pieces.filter(({ type }) => type === RECORD.end).length).toBe(ends.length);
        },
      ),
    );
  });

  it.each([0, 1, MAX_CONTENT, MAX_CONTENT + 1, 3 * MAX_CONTENT])('carry a stream of %i bytes', (size) => {
    const content = Buffer.alloc(size, 'x');
    const pieces = read(streamRecords(RECORD.stdout, content));
    expect(pieces.map((one) => one.content).join('').length).toBe(size);
    expect(pieces.at(-1)).toEqual({ type: RECORD.stdout, length: 0, content: '' });
    expect(pieces.length).toBe(Math.ceil(size / MAX_CONTENT) + 1);
  });

  it('write names and values so that they can be read back', () => {
    const text = fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
      maxLength: 400,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 6 }), (pairs) => {
        expect(readNamesAndValues(namesAndValues(pairs.flat()))).toEqual(pairs.flat());
      }),
    );
  });

  it.each([
    ['another version', '0206000100000000', 'version 2 of a record'],
    ['another request', '0106000200000000', 'a record for request 2'],
    ['HTTP', Buffer.from('HTTP/1.1 200 OK').toString('hex'), 'version 72 of a record'],
  ])('refuse %s', (_what, hex, message) => {
    const reader = new RecordReader();
    reader.feed(Buffer.from(hex, 'hex'));
    expect(() => reader.next()).toThrow(new RecordError(message));
  });
});
