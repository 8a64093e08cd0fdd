import type { RegexNode } from '../tree.ts';

/** The text where a pattern does nothing but compare the beginning of the subject with it, as `^name_` does. */
export function fixedPrefix(node: RegexNode): string | undefined {
  if (node.kind !== 'sequence') return undefined;
  const [first, ...rest] = node.parts;
  if (first?.kind !== 'assertion' || first.claim !== 'subjectStart' || rest.length === 0) return undefined;
  let text = '';
  for (const part of rest) {
    if (part.kind !== 'set') return undefined;
    const [byte, another] = part.set;
    if (byte === undefined || another !== undefined) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}
