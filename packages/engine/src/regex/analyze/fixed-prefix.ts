import type { RegexNode } from '../tree.ts';

/** The text where a pattern does nothing but compare the beginning of the subject with it, as `^name_` does. */
export function fixedPrefix(node: RegexNode): string | undefined {
  if (node.kind !== 'sequence') return undefined;
  const { parts } = node;
  const [first] = parts;
  if (first?.kind !== 'assertion' || first.claim !== 'subjectStart' || parts.length === 1) return undefined;
  let text = '';
  for (let index = 1; index < parts.length; index++) {
    const part = parts[index]!;
    const byte = part.kind === 'set' ? part.set.single : -1;
    if (byte < 0) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}
