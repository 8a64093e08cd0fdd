/** What the program says to words it knows, and to others. */
import { describe, expect, it } from 'vitest';
import { runCommand } from './support/command.ts';
import { testFolder } from './support/gate.ts';

describe('the command line', () => {
  it.each([
    [['--version'], 0, /^\d+\.\d+\.\d+\n$/, /^$/],
    [['--help'], 0, /run +Start the gate/, /^$/],
    [['run', '--help'], 0, /--upstream URL/, /^$/],
    [['rnu'], 2, /^$/, /^unknown command "rnu"; did you mean "run"\?/],
    [['run', '--lisen', 'x'], 2, /^$/, /^sallyport run: Unknown option '--lisen'/],
    [['run', 'x'], 2, /^$/, /^sallyport run: unexpected "x"/],
    [['run', '--rules', 'a', '--crs', 'b', 'x'], 2, /^$/, /^sallyport run: unexpected "x"/],
    [[], 2, /usage: sallyport COMMAND/, /^$/],
    [['config', 'schema'], 0, /"\$schema"/, /^$/],
    [['config', 'reference'], 0, /^# Configuration/, /^$/],
  ])('%j', async (words, code, out, err) => {
    const done = await runCommand(words, testFolder());
    expect(done.code).toBe(code);
    expect(done.out).toMatch(out);
    expect(done.err).toMatch(err);
  });
});
