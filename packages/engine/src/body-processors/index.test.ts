import { describe, expect, it } from 'vitest';
import { bodyProcessors } from './index.ts';

describe('bodyProcessors', () => {
  it('lists every processor ctl:requestBodyProcessor can name', () => {
    expect(bodyProcessors.map(({ name }) => name)).toEqual(['JSON', 'MULTIPART', 'URLENCODED', 'XML']);
  });

  it('defines REQUEST_BODY for forms only', () => {
    expect(bodyProcessors.filter((processor) => processor.definesRequestBody).map(({ name }) => name)).toEqual([
      'URLENCODED',
    ]);
  });
});
