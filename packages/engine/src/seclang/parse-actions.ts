import type { ActionNode, Position, Span, Word } from './ast.ts';
import type { Diagnostics } from './diagnostics.ts';
import { isName, type ListItem, readList } from './list-grammar.ts';
import { spanWithin } from './word.ts';

/**
 * Reads an action list such as `id:1,phase:2,msg:'a, b'`, in order and with duplicates. Items that cannot be
 * actions are reported and left out; whether a name exists is not asked here. Positions are those of the word.
 */
export function parseActions(word: Word, diagnostics: Diagnostics): readonly ActionNode[] {
  const actions: ActionNode[] = [];
  for (const item of readList(word, diagnostics)) {
    if (isName(item.name)) actions.push(new ListedAction(word, item));
    else reportName(word, item, diagnostics);
    warnAboutLateQuote(word, item, diagnostics);
  }
  return actions;
}

/** Rule sets have ten thousand of them, and next to none is asked where it stands. */
class ListedAction implements ActionNode {
  readonly name: string;
  readonly argument: string | undefined;
  readonly isQuoted: boolean;
  readonly #word: Word;
  readonly #item: ListItem;

  constructor(word: Word, item: ListItem) {
    this.name = item.name;
    this.argument = item.value;
    this.isQuoted = item.isQuoted;
    this.#word = word;
    this.#item = item;
  }

  get span(): Span {
    return spanWithin(this.#word, this.#item.nameStart, this.#item.end);
  }

  get argumentSpan(): Span | undefined {
    return this.argument === undefined ? undefined : spanWithin(this.#word, this.#item.valueStart, this.#item.end);
  }

  argumentPositionAt(index: number): Position {
    return this.#word.positionAt(this.#item.valueIndex(index));
  }
}

function reportName(word: Word, item: ListItem, diagnostics: Diagnostics): void {
  diagnostics.error(
    'SL1305',
    `"${item.name}" is not the name of an action`,
    spanWithin(word, item.nameStart, item.nameEnd),
    item.name.startsWith('#')
      ? 'a comment cannot stand inside a directive that goes on over several lines'
      : 'a value with a space, comma or pipe in it must stand in single quotes, directly after the ":"',
  );
}

/** `setvar:tx.a='x y'` ends at the blank: quotes only count when the value begins with one. */
function warnAboutLateQuote(word: Word, item: ListItem, diagnostics: Diagnostics): void {
  if (item.value === undefined || item.isQuoted || (item.value.split("'").length - 1) % 2 === 0) return;
  const at = item.valueStart + item.value.indexOf("'");
  diagnostics.warning(
    'SL1304',
    `the quote in "${item.value}" does not group anything, because the value does not begin with it`,
    spanWithin(word, at, at + 1),
    `put the quotes around the whole value: ${item.name}:'…'`,
  );
}
