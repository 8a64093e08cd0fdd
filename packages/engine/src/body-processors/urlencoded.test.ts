import { describe, expect, it } from 'vitest';
import { expectSameForEverySplit, parseBody } from '../../test/body-processors/parse-body.ts';
import type { BodyOptions, BodyResult } from '../registry/body-processor.ts';
import { urlencoded } from './urlencoded.ts';

const parse = (chunks: readonly string[], options: Partial<BodyOptions> = {}): BodyResult =>
  parseBody(urlencoded, chunks, options);

describe('URLENCODED', () => {
  it('gives form arguments and defines REQUEST_BODY', () => {
    const result = parse(['a=1&b=%', '41+c&a=2']);
    expect(result.arguments).toEqual([
      { name: 'a', value: '1' },
      { name: 'b', value: 'A c' },
      { name: 'a', value: '2' },
    ]);
    expect(result.isForm).toBe(true);
    expect(result.error).toBeUndefined();
    expect(result.noFilesLength).toBe(15);
    expect(urlencoded.definesRequestBody).toBe(true);
  });

  it('gives the same result for every split', () => {
    const body = '&a=%31&&b%zz=+=c&d&=e&%00=\xff&';
    expectSameForEverySplit(urlencoded, body);
    expect(parse([body]).hasInvalidEscape).toBe(true);
  });

  it('uses the configured separator', () => {
    expect(parse(['a=1;b=2'], { argumentSeparator: ';' }).arguments).toHaveLength(2);
  });

  it('reports the arguments limit and keeps those below it', () => {
    const result = parse(['a&b&c'], { argumentsLimit: 2 });
    expect(result.error).toBe('SecArgumentsLimit exceeded');
    expect(result.arguments).toHaveLength(2);
  });

  it('has nothing to say about an empty body', () => {
    const result = parse([]);
    expect(result.arguments).toEqual([]);
    expect(result.error).toBeUndefined();
  });
});
