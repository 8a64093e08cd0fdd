import { createVocabulary } from '../../src/builtins.ts';
import type { Entry } from './entry.ts';
import { evidenceFor, type TestFile, testFiles } from './evidence.ts';
import { type Table, vocabulary } from './index.ts';

const PROOF_OF_REFUSALS = 'test/vocabulary/vocabulary.test.ts';
/** Files shown for a word; some words are in most of the tests. */
const SHOWN = 3;

const statusText: Readonly<Record<Entry['status'], string>> = {
  complete: 'works',
  obsolete: 'obsolete',
  refused: 'refused',
};

/** `docs/reference/compatibility.md`: every word of the language, what becomes of it, and the tests that use it. */
export function compatibilityPage(): string {
  const files = testFiles();
  const lines = [
    '# Compatibility',
    '',
    '<!-- Written by scripts/generate-compatibility.mjs from packages/engine/test/vocabulary; do not edit. -->',
    '',
    'Every directive, variable, operator, transformation, action and `ctl` option of ModSecurity 2.9, ModSecurity 3 and Coraza,',
    'and what this engine does with it. Where the three disagree, ModSecurity 2.9 is followed.',
    '',
    '- **works**: behaves as the reference, or as the note says.',
    '- **obsolete**: accepted with a warning that says what to write instead.',
    '- **refused**: a configuration with it does not load, and the message says why. Nothing is accepted and then ignored.',
    '',
    'The last column names tests that use the word; its files are in `packages/engine`. Tests keep this page true: a word that is',
    'missing, a word without a test and a status that is out of date each fail the build.',
    '',
    '| | works | obsolete | refused |',
    '| --- | --- | --- | --- |',
    ...vocabulary.map(({ title, entries }) => `| ${title} | ${counts(entries).join(' | ')} |`),
    '',
    ...vocabulary.flatMap((table) => section(table, files)),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function counts(entries: readonly Entry[]): readonly number[] {
  return (['complete', 'obsolete', 'refused'] as const).map(
    (status) => entries.filter((entry) => entry.status === status).length,
  );
}

function section({ title, registry, entries }: Table, files: readonly TestFile[]): string[] {
  const registered = createVocabulary()[registry];
  const rows = [...entries].sort((left, right) => (left.name.toLowerCase() < right.name.toLowerCase() ? -1 : 1));
  return [
    `## ${title}`,
    '',
    '| Name | Status | | Tests |',
    '| --- | --- | --- | --- |',
    ...rows.map((entry) => {
      const definition = registered.find(entry.name);
      const alias =
        definition === undefined || definition.name.toLowerCase() === entry.name.toLowerCase()
          ? ''
          : `The same as \`${definition.name}\`. `;
      const text = alias + (entry.note ?? (alias === '' ? (definition?.summary ?? 'Takes out what came before.') : ''));
      return `| \`${entry.name}\` | ${statusText[entry.status]} | ${cell(text)} | ${tests(entry, files)} |`;
    }),
    '',
  ];
}

function tests(entry: Entry, files: readonly TestFile[]): string {
  if (entry.status !== 'complete') return `\`${PROOF_OF_REFUSALS}\``;
  const found = evidenceFor(entry.name, files);
  // Rule tests say most, and say it to people who write rules.
  const best = [...found].sort((left, right) => Number(right.endsWith('.waftest')) - Number(left.endsWith('.waftest')));
  const shown = best.slice(0, SHOWN).map((path) => `\`${path}\``);
  return shown.join(', ');
}

function cell(text: string): string {
  return text.trim().replaceAll('|', '\\|').replaceAll('\n', ' ');
}
