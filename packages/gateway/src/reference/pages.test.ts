import { readFileSync } from 'node:fs';
import { createVocabulary } from '@sallyport/engine/language';
import { describe, expect, it } from 'vitest';
import { referencePages } from './pages.ts';

const pages = await referencePages();

describe.each([...pages])('docs/reference/%s', (name, text) => {
  it('is what "npm run docs" writes', () => {
    expect(readFileSync(new URL(`../../../../docs/reference/${name}`, import.meta.url), 'utf8')).toBe(text);
  });
  it('has no line end or control byte out of an example', () => {
    expect(text).toMatch(/^[\x20-\x7e\n…–]*$/);
  });
});

it('has an entry for every word', () => {
  const words = createVocabulary();
  const headings = new Set(
    [...pages.values()].flatMap((page) => [...page.matchAll(/^## `(.*)`$/gm)].map(([, name]) => name)),
  );
  const names = [
    ...words.directives.all.map(({ name }) => name),
    ...words.variables.all.map(({ name }) => name),
    ...words.operators.all.map(({ name }) => `@${name}`),
    ...words.transformations.all.map(({ name }) => `t:${name}`),
    ...words.actions.all.map(({ name }) => name),
    ...words.ctlOptions.all.map(({ name }) => `ctl:${name}`),
  ];
  expect(names.filter((name) => !headings.has(name))).toEqual([]);
});

it('has every command, this one too', () => {
  expect(pages.get('cli.md')).toContain('## `sallyport lint`');
  expect(pages.get('cli.md')).toContain('## `sallyport run`');
});
