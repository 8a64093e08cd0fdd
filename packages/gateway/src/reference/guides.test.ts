import { readFileSync } from 'node:fs';
import { createWaf } from '@sallyport/engine';
import { nodeFiles } from '@sallyport/engine/node';
import { describe, expect, it } from 'vitest';
import { ruleCodes } from '../lint/codes.ts';
import { lint } from '../lint/lint.ts';
import { parseWaftest } from '../waftest/format.ts';
import { runWaftest } from '../waftest/run.ts';

const guides = ['first-rule.md', 'tuning-false-positives.md'];

/** Fenced blocks of a language, each with the line it begins in. */
function blocks(text: string, language: string): { readonly line: number; readonly text: string }[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map((found) => ({
    line: text.slice(0, found.index).split('\n').length + 1,
    text: found[1] ?? '',
  }));
}

describe.each(guides)('docs/guide/%s', (name) => {
  const text = readFileSync(new URL(`../../../../docs/guide/${name}`, import.meta.url), 'latin1');
  const tests = blocks(text, 'waftest');

  it.each(tests.map((block) => [block.line, block.text] as const))('line %i does what it says', async (_line, test) => {
    const results = await runWaftest(parseWaftest(test, name), { createWaf, files: nodeFiles });
    expect(results.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it('has examples, and lint is content with them', () => {
    const rules = [
      ...tests.map((block) => block.text.split('\n--- ')[0] ?? ''),
      ...blocks(text, 'seclang').map((block) => block.text),
    ];
    expect(rules.length).toBeGreaterThan(2);
    for (const rule of rules) {
      const { findings } = lint({ rules: [{ file: name, text: rule }], files: nodeFiles, isComplete: true });
      expect(
        findings.map(({ code, message }) => `${code} ${message}`),
        rule,
      ).toEqual([]);
    }
  });

  it('names codes and pages that exist', () => {
    const known = new Set(ruleCodes.map(({ code }) => code));
    const codes = [...text.matchAll(/SL\d{4}/g)].map(([code]) => code);
    expect(codes.filter((code) => !known.has(code))).toEqual([]);
    for (const [, page] of text.matchAll(/\]\(([^)#:]+\.md)\)/g)) {
      expect(readFileSync(new URL(`../../../../docs/guide/${page}`, import.meta.url), 'latin1')).not.toBe('');
    }
  });
});
