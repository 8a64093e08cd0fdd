import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWaf } from '@sallyport/engine';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runInProcess } from '../../../test/support/in-process-command.ts';
import { UsageError } from './command.ts';
import { importCommand } from './import.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-import-command-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, out, err } = await runInProcess(importCommand, words);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text, 'latin1');
  return path;
}

const FILTERS = `<IfModule mod_security.c>
SecFilterEngine On
SecAuditLog logs/audit
SecFilterSelective ARG_a "\xe4"
SecServerResponseToken On
SecFilter "x
</IfModule>
`;

describe('import modsec1', () => {
  it('writes the rules and reports every line', async () => {
    const old = file('old.conf', FILTERS);
    const target = join(directory, 'new.conf');
    const { code, out, err } = await run('modsec1', old, '-o', target);
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n')).toEqual([
      `${old}:2 SecFilterEngine On`,
      '  -> SecRuleEngine On',
      `${old}:4 SecFilterSelective ARG_a "\xe4"`,
      '  -> SecRule ARGS:a "@rx (?i)\xe4" "id:21000000,phase:2,t:none,t:urlDecodeUni,t:replaceNulls,t:normalizePath"',
      `${old}:5 SecServerResponseToken On`,
      '  LEFT OUT: a gateway that tells its name helps nobody but attackers',
      `${old}:6 SecFilter "x`,
      '  LEFT OUT: the quote " that opens here is never closed',
      '2 translated, 2 left out, 1 unchanged',
    ]);
    const text = readFileSync(target, 'latin1');
    expect(text).toContain('@rx (?i)\xe4');
    expect(createWaf({ rules: [{ file: 'new.conf', text }] }).ruleCount).toBe(1);
  });

  it('prints the rules, and the report beside them', async () => {
    const { code, out, err } = await run('modsec1', file('old.conf', FILTERS), '--id-base', '500');
    expect(code).toBe(0);
    expect(createWaf({ rules: [{ file: 'new.conf', text: out }] }).ruleCount).toBe(1);
    expect(out).toContain('"id:500,');
    expect(err).toMatch(/2 translated, 2 left out, 1 unchanged$/);
  });

  it('reports as JSON', async () => {
    const old = file('old.conf', FILTERS);
    const { out } = await run('modsec1', old, '-o', join(directory, 'new.conf'), '--report', 'json');
    const { counts, lines } = JSON.parse(out);
    expect(counts).toEqual({ translated: 2, leftOut: 2, unchanged: 1 });
    expect(lines[0]).toEqual({
      file: old,
      line: 2,
      source: 'SecFilterEngine On',
      outcome: 'translated',
      result: ['SecRuleEngine On'],
      notes: [],
    });
  });
});

describe('import snort', () => {
  it('takes several files', async () => {
    const one = file('a.rules', 'alert tcp any any -> any 80 (uricontent:"/a"; sid:1;)\n');
    const two = file('b.rules', 'alert tcp any any -> any 25 (content:"/b"; sid:2;)\n');
    const { code, out, err } = await run('snort', one, two, '--id-base', '7000');
    expect(code).toBe(0);
    expect(out).toMatch(/^SecRule REQUEST_URI "@contains \/a" "id:7001,/);
    expect(err).toContain(
      `${two}:1 alert tcp any any -> any 25 (content:"/b"; sid:2;)\n  LEFT OUT: it is not about HTTP`,
    );
    expect(err).toMatch(/1 translated, 1 left out, 0 unchanged$/);
  });
});

describe('import', () => {
  it('says which file cannot be read or written', async () => {
    const missing = join(directory, 'none');
    expect(await run('snort', missing)).toMatchObject({ code: 1, err: expect.stringContaining(missing) });
    const target = join(directory, 'no', 'such', 'folder');
    expect(await run('snort', file('a.rules', ''), '-o', target)).toMatchObject({
      code: 1,
      err: expect.stringContaining(target),
    });
  });

  it.each([
    [[], 'say what to import'],
    [['nessus', 'x'], 'cannot import "nessus"'],
    [['constructor', 'x'], 'cannot import "constructor"'],
    [['modsec1'], 'import modsec1 needs a file'],
    [['modsec1', 'a', 'b'], 'import modsec1 takes one file'],
    [['snort', 'a', '--report', 'xml'], '--report is text or json'],
    [['snort', 'a', '--id-base', 'x'], '--id-base x: not a number'],
  ])('refuses %j', async (words, message) => {
    await expect(run(...words)).rejects.toThrow(UsageError);
    await expect(run(...words)).rejects.toThrow(message);
  });
});
