import fc from 'fast-check';
import { expect } from 'vitest';
import type { BodyOptions, BodyProcessor, BodyResult } from '../../src/registry/body-processor.ts';

const DEFAULTS: BodyOptions = {
  contentType: 'multipart/form-data; boundary=b',
  argumentSeparator: '&',
  argumentsLimit: 1000,
  jsonDepthLimit: 1024,
  jsonNames: 'modsecurity2',
  extractFiles: false,
  uploadFileLimit: 100,
};

/** Parses a body given in these chunks. */
export function parseBody(
  processor: BodyProcessor,
  chunks: Iterable<string>,
  options: Partial<BodyOptions> = {},
): BodyResult {
  const parser = processor.createParser({ ...DEFAULTS, ...options });
  for (const chunk of chunks) parser.write(chunk);
  parser.finish();
  return parser.result;
}

/** Bodies up to this length are cut at every place; of longer ones, some. */
const CUT_EVERYWHERE = 1500;

/** Expects one result for a body in one piece, in two pieces cut anywhere, in single bytes, and in random pieces. */
export function expectSameForEverySplit(
  processor: BodyProcessor,
  body: string,
  options: Partial<BodyOptions> = {},
): void {
  const whole = parseBody(processor, [body], options);
  const step = Math.max(1, Math.ceil(body.length / CUT_EVERYWHERE));
  for (let at = 0; at <= body.length; at += step) {
    const pieces = [body.slice(0, at), body.slice(at)];
    expect(parseBody(processor, pieces, options), `cut at ${at}`).toEqual(whole);
  }
  expect(parseBody(processor, body.split(''), options), 'byte by byte').toEqual(whole);
  fc.assert(
    fc.property(fc.array(fc.nat(body.length)), (cuts) => {
      expect(parseBody(processor, cutAt(body, cuts), options)).toEqual(whole);
    }),
    { numRuns: 20 },
  );
}

export function cutAt(body: string, cuts: readonly number[]): string[] {
  const places = [0, ...[...cuts].sort((left, right) => left - right), body.length];
  return places.slice(1).map((place, index) => body.slice(places[index], place));
}
