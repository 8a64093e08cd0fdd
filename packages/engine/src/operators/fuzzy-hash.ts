import { escapeLog } from '../bytes/escape.ts';
import { compareFuzzyHashes, type FuzzySignature, fuzzyHash, parseFuzzyHash } from '../detect/fuzzy-hash.ts';
import { defineOperator, type Operator } from '../registry/operator.ts';
import { entries, words } from './lists.ts';

export const fuzzyHashOperator: Operator = defineOperator({
  name: 'fuzzyHash',
  summary:
    'Matches when the value is alike, by ssdeep and at least as much as the threshold (1-100), to any of the texts whose hashes are in the file, one per line as ssdeep writes them.',
  examples: [
    { argument: 'hashes.data 50', value: 'A text that is long enough to be cut into pieces.', matches: true },
    { argument: 'hashes.data 50', value: 'Something else altogether, of no likeness to it', matches: false },
  ],
  compile: (argument, context) => {
    const [path, threshold = '', ...rest] = words(argument.source);
    if (path === undefined || rest.length > 0 || !/^\d{1,3}$/.test(threshold)) {
      throw new Error('write a file and a threshold from 1 to 100 behind it');
    }
    const least = Number(threshold);
    if (least < 1 || least > 100) throw new Error(`the threshold ${least} is not between 1 and 100`);
    const known = readSignatures(context.readFile(path), path);
    const find = (value: string): { readonly line: string; readonly score: number } | undefined => {
      const own = parseFuzzyHash(fuzzyHash(value));
      if (own === undefined) return undefined;
      for (const { line, signature } of known) {
        const score = compareFuzzyHashes(own, signature);
        if (score >= least) return { line, score };
      }
      return undefined;
    };
    return {
      forecast: { kind: 'value' },
      test: (value) => find(value) !== undefined,
      describe: (value, name) => {
        const { line, score } = find(value) ?? { line: '', score: 0 };
        return `Fuzzy hash of ${name} matched with ${escapeLog(line)} (from: ${escapeLog(path)}). Score: ${score}.`;
      },
    };
  },
});

/** The lines of a file ssdeep wrote; its head line is left out. */
function readSignatures(
  content: string,
  path: string,
): readonly { readonly line: string; readonly signature: FuzzySignature }[] {
  const lines = entries(content).filter((line) => !line.startsWith('ssdeep,'));
  const signatures = lines.map((line) => {
    const signature = parseFuzzyHash(line);
    if (signature === undefined) throw new Error(`"${line}" in ${path} is no hash of ssdeep`);
    return { line, signature };
  });
  if (signatures.length === 0) throw new Error(`there are no hashes in ${path}`);
  return signatures;
}
