import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { syntaxCodes } from './codes.ts';
import { Diagnostics } from './diagnostics.ts';
import { parseSecLang } from './parse.ts';

describe('syntax codes', () => {
  it.each(syntaxCodes)('$code is raised by its example, alone: $title', ({ code, severity, example }) => {
    const diagnostics = new Diagnostics();
    parseSecLang('example.conf', example, diagnostics);
    expect(diagnostics.all.map((one) => [one.code, one.severity])).toEqual([[code, severity]]);
  });

  it('are listed once each and in order', () => {
    const codes = syntaxCodes.map((one) => one.code);
    expect(codes).toEqual([...new Set(codes)].sort());
  });

  it('are all in the table that the sources raise, and the other way round', () => {
    const folder = new URL('./', import.meta.url);
    const sources = readdirSync(folder).filter((name) => name.endsWith('.ts') && !/^codes\.|\.test\.ts$/.test(name));
    const raised = sources.flatMap((name) => readFileSync(new URL(name, folder), 'utf8').match(/'SL1\d{3}'/g) ?? []);
    const table = syntaxCodes.map((one) => `'${one.code}'`);
    expect([...new Set(raised)].sort()).toEqual(table);
  });
});
