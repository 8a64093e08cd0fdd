import { createWaf } from '@sallyport/engine';
import { describe, expect, it } from 'vitest';
import { Preparation } from './preparation.ts';

describe('preparation of rule sets', () => {
  it('lets events in between its pieces, and leaves none for a second time', async () => {
    const rules = (...patterns: string[]): string =>
      patterns.map((pattern, at) => `SecRule ARGS "@rx ${pattern}" "id:${at + 1},phase:2,pass"`).join('\n');
    const one = createWaf({ rules: [{ file: 'a.conf', text: rules('a+b', 'c+d', 'a+b') }] });
    const seen: string[] = [];
    const counted = {
      *prepare(): Generator<void> {
        for (const _ of one.prepare()) {
          seen.push('piece');
          setImmediate(() => seen.push('event'));
          yield;
        }
      },
    };
    await new Preparation().run([counted]);
    await new Promise((resolve) => setImmediate(resolve));
    const pieces = seen.length / 2;
    expect(pieces).toBeGreaterThan(2);
    expect(seen).toEqual(Array.from({ length: pieces }, () => ['piece', 'event']).flat());
    expect([...one.prepare()]).toEqual([]);
  });

  it('leaves what cannot be made to the request that needs it', async () => {
    const broken = {
      *prepare(): Generator<void> {
        yield;
        throw new Error('too large');
      },
    };
    await expect(new Preparation().run([broken])).resolves.toBeUndefined();
  });

  it('ends when it is stopped', async () => {
    const preparation = new Preparation();
    let pieces = 0;
    const endless = {
      *prepare(): Generator<void> {
        for (;;) {
          pieces++;
          if (pieces === 3) preparation.stop();
          yield;
        }
      },
    };
    await preparation.run([endless]);
    expect(pieces).toBe(3);
  });
});
