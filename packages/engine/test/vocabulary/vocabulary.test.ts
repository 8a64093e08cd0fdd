import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createVocabulary } from '../../src/builtins.ts';
import { createWaf, formatDiagnostic, RuleSetError } from '../../src/index.ts';
import { evidenceFor, testFiles } from './evidence.ts';
import { vocabulary } from './index.ts';
import { compatibilityPage } from './page.ts';

/** Every word of the language's reference tables, against what is registered. */
const registries = createVocabulary();
const files = testFiles();

describe.each(vocabulary)('$title', ({ registry, entries, builtIn }) => {
  const known = (name: string): boolean =>
    registries[registry].find(name) !== undefined || builtIn.some((pattern) => pattern.test(name));

  it('lists each name once', () => {
    const names = entries.map(({ name }) => name.toLowerCase());
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('leaves no name of the language out', () => {
    expect(entries.filter(({ name }) => !known(name)).map(({ name }) => name)).toEqual([]);
  });

  it('lists every name that is registered', () => {
    const listed = new Set(entries.map(({ name }) => name.toLowerCase()));
    const registered = registries[registry].all.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(registered.filter((name) => !listed.has(name.toLowerCase()))).toEqual([]);
  });

  it('has a test for each name that works', () => {
    const working = entries.filter(({ status }) => status === 'complete');
    expect(working.filter(({ name }) => evidenceFor(name, files).length === 0).map(({ name }) => name)).toEqual([]);
  });

  it.each(entries.filter(({ status }) => status === 'obsolete'))('warns of $name', ({ example = '', says = '' }) => {
    const waf = createWaf({ rules: [{ file: 'a.conf', text: example }] });
    expect(waf.warnings.map(formatDiagnostic).join('\n')).toContain(says);
  });

  it.each(entries.filter(({ status }) => status === 'refused'))('refuses $name', ({ example = '', says = '' }) => {
    const load = (): unknown => createWaf({ rules: [{ file: 'a.conf', text: example }] });
    expect(load).toThrow(RuleSetError);
    expect(load).toThrow(says);
  });
});

describe('docs/reference/compatibility.md', () => {
  const page = readFileSync(new URL('../../../../docs/reference/compatibility.md', import.meta.url), 'utf8');
  // Which tests it names changes with every new test; that may wait until somebody writes the page anew.
  const withoutTests = (text: string): string => text.replaceAll(/^(\| `.*) \| [^|]* \|$/gm, '$1');

  it('has every word and what becomes of it', () => {
    expect(withoutTests(page), 'run node scripts/generate-compatibility.mjs').toBe(withoutTests(compatibilityPage()));
  });

  it('names tests that exist', () => {
    const named = new Set([...page.matchAll(/`((?:src|test)\/[^`]+)`/g)].map(([, path = '']) => path));
    const known = new Set(['test/vocabulary/vocabulary.test.ts', ...files.map(({ path }) => path)]);
    expect([...named].filter((path) => !known.has(path))).toEqual([]);
  });
});
