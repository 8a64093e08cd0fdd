import { expect, test } from 'vitest';
import { ByteWriter } from './byte-writer.ts';

test.each([0, 1, 1023, 1024, 1025, 5000])('writes %i bytes in order', (length) => {
  const writer = new ByteWriter();
  for (let at = 0; at < length; at++) writer.push(at & 0xff);
  const expected = Buffer.from(Uint8Array.from({ length }, (_, at) => at & 0xff)).toString('latin1');
  expect(writer.finish()).toBe(expected);
  expect(writer.finish()).toBe(expected);
});
