import type { OperatorNode, Word } from './ast.ts';
import type { Diagnostics } from './diagnostics.ts';
import { isSpace, skipSpace } from './logical-line.ts';
import { spanWithin } from './word.ts';

/**
 * Reads `[!]@name argument`, or a bare pattern, which means `@rx`. As in ModSecurity 2 white space is skipped
 * after the `!` and after the name, never in front of the `!` or `@`, and kept at the end. Always gives a node; its name is
 * empty when nothing follows the `@`, which has been reported then.
 */
export function parseOperator(word: Word, diagnostics: Diagnostics): OperatorNode {
  const { text } = word;
  const isNegated = text.startsWith('!');
  const start = isNegated ? skipSpace(text, 1) : 0;
  const isImplicit = text[start] !== '@';
  if (isImplicit) warnAboutLeadingSpace(word, diagnostics);

  const nameStart = isImplicit ? start : start + 1;
  let nameEnd = nameStart;
  while (!isImplicit && nameEnd < text.length && !isSpace(text.charCodeAt(nameEnd))) nameEnd++;
  const argumentStart = isImplicit ? start : skipSpace(text, nameEnd);
  if (!isImplicit && nameEnd === nameStart) {
    diagnostics.error(
      'SL1501',
      'the name of an operator must follow directly after "@"',
      spanWithin(word, start, nameStart),
      'write @rx @ to look for the character itself',
    );
  }
  return {
    name: isImplicit ? 'rx' : text.slice(nameStart, nameEnd),
    isNegated,
    isImplicit,
    argument: text.slice(argumentStart),
    span: spanWithin(word, 0, text.length),
    nameSpan: spanWithin(word, nameStart, nameEnd),
    argumentSpan: spanWithin(word, argumentStart, text.length),
    argumentPositionAt: (index) => word.positionAt(argumentStart + index),
  };
}

function warnAboutLeadingSpace(word: Word, diagnostics: Diagnostics): void {
  const { text } = word;
  const first = skipSpace(text, 0);
  if (first === 0 || first === text.length) return;
  const char = text[first];
  if (char !== '@' && char !== '!') return;
  diagnostics.warning(
    'SL1502',
    `because of the white space in front of "${char}" all of this is a pattern for @rx`,
    spanWithin(word, 0, first),
    'remove the white space',
  );
}
