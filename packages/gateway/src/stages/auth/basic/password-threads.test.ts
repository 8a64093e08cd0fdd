import { describe, expect, it } from 'vitest';
import { PasswordThreads } from './password-threads.ts';

const RIGHT = '$2y$05$uQ6ijHTQomTYnIEwnIgmU.eMspreSZq.N8ZPydV2u2ldhKAk4vnlu';

describe('passwords compared in threads', () => {
  it('gives each its own answer', async () => {
    const threads = new PasswordThreads(2);
    const asked = ['Hello world!', 'wrong', 'Hello world!', ''].map((one) => threads.compare(one, RIGHT));
    expect(await Promise.all(asked)).toEqual([true, false, true, false]);
    await expect(threads.compare('x', 'no hash')).rejects.toThrow('a password cannot be compared');
    expect(await threads.compare('Hello world!', RIGHT)).toBe(true);
    await threads.close();
  });

  it('refuses what would wait too long, and what still waits at the end', async () => {
    const threads = new PasswordThreads(1);
    const outcomes = Array.from({ length: 110 }, () =>
      threads.compare('x', RIGHT).catch((cause: Error) => cause.message),
    );
    const full = outcomes.slice(101);
    expect(new Set(await Promise.all(full))).toEqual(new Set(['too many passwords wait to be compared']));
    await threads.close();
    expect((await Promise.all(outcomes)).slice(50, 101)).toContain('the gate is closing');
  });
});
