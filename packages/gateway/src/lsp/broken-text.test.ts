import fc from 'fast-check';
import { expect, it } from 'vitest';
import { completionsAt } from './completion.ts';
import { Diagnoser } from './diagnose.ts';
import { hoverAt } from './hover.ts';
import { definitionsAt, referencesAt } from './navigate.ts';
import { outlineOf } from './outline.ts';
import type { LspRange } from './protocol.ts';
import { TextDocument } from './text-document.ts';
import { Workspace } from './workspace.ts';

/** Pieces that open something, close something or go wrong in a way of their own. */
const piece = fc.constantFrom(
  'SecRule ',
  'SecAction ',
  'SecMarker A',
  'SecRuleRemoveById 1-',
  'SecRuleUpdateTargetById 1 ',
  'ARGS|!TX:/a',
  '&REQUEST_HEADERS:',
  ' "@rx (a|',
  '"!@pm ',
  ' "id:1,',
  'chain,',
  "msg:'%{TX.a",
  'setvar:!tx.',
  'setvar:tx.%{x}=+',
  'ctl:ruleRemoveTargetById=1;',
  'skipAfter:A',
  't:lowercase,',
  '<IfModule ',
  '</IfModule>',
  '>',
  "'",
  '"',
  '\\',
  '\n',
  '\\\n',
  '\r\n',
  '# lint-ignore SL4302',
  'ä',
  '😀',
  '\u0000',
);

it('nothing that can be typed, and no place in it, is too much', () => {
  const diagnoser = new Diagnoser();
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), fc.double({ min: 0, max: 1, noNaN: true }), (pieces, place) => {
      const document = TextDocument.of('untitled:1', 1, pieces.join(''));
      const workspace = new Workspace();
      workspace.open(document);
      const offset = Math.floor(place * document.bytes.length);
      const ranges: LspRange[] = [
        ...diagnoser.diagnose(document).map(({ range }) => range),
        ...outlineOf(document).map(({ range }) => range),
        ...completionsAt(document, offset, workspace).map(({ textEdit }) => textEdit.range),
        ...definitionsAt(document, offset, workspace).map(({ range }) => range),
        ...referencesAt(document, offset, workspace, true).map(({ range }) => range),
      ];
      const hover = hoverAt(document, offset, workspace);
      if (hover !== undefined) ranges.push(hover.range);
      for (const { start, end } of ranges) {
        const isForward = start.line < end.line || (start.line === end.line && start.character <= end.character);
        expect(isForward, JSON.stringify({ start, end })).toBe(true);
        expect(document.offsetAt(end)).toBeLessThanOrEqual(document.bytes.length);
      }
    }),
    { numRuns: 500 },
  );
});
