import { escapeControls, escapeLog } from '../bytes/escape.ts';
import type { RuleMatch, RuleReference } from '../contract.ts';

/** Longer sentences, which have long names of clients in them, are not kept. */
const LONGEST_KEPT = 8192;

/** How the alert of a rule began last time. */
interface Opening {
  readonly action: string;
  readonly sentence: string;
  readonly text: string;
}

/**
 * What all lines about a rule have in common, put into words once. The matches of a rule share the object that names it, and the
 * list of its tags where no macro is in them; where they do not, each is worded anew.
 *
 * A log may write its lines in a way of its own; what it does to them is done here, to the pieces.
 */
export class RuleWords {
  /** What becomes of every piece of a line. It is done to each for itself, so it may look at no more than one byte at a time. */
  readonly write: (text: string) => string;
  readonly #openings = new WeakMap<RuleReference, Opening>();
  readonly #tags = new WeakMap<readonly string[], string>();

  constructor(write: (text: string) => string = (text) => text) {
    this.write = write;
  }

  /** As `openingOf`. Mostly it is the sentence of the match before, as patterns are long and names are few. */
  opening(match: RuleMatch): string {
    const { rule, action, operatorText: sentence } = match;
    const known = this.#openings.get(rule);
    if (known !== undefined && known.action === action && known.sentence === sentence) return known.text;
    const text = this.write(openingOf(match));
    if (sentence.length <= LONGEST_KEPT) this.#openings.set(rule, { action, sentence, text });
    return text;
  }

  /** As `tagsOf`. */
  tags(tags: readonly string[]): string {
    let text = this.#tags.get(tags);
    if (text === undefined) {
      text = this.write(tagsOf(tags));
      this.#tags.set(tags, text);
    }
    return text;
  }
}

/** What was done, why, and by which rule: `Warning. Matched … [file "…"] [line "…"] [id "…"]`. */
export function openingOf({ action, operatorText, rule: { file, line, id } }: RuleMatch): string {
  return `${escapeControls(action)} ${escapeControls(operatorText)} [file "${escapeLog(file)}"] [line "${line}"] [id "${id}"]`;
}

/** Tags, with a blank before each: ` [tag "…"] [tag "…"]`. */
export function tagsOf(tags: readonly string[]): string {
  let text = '';
  for (const tag of tags) text += ` [tag "${escapeLog(tag)}"]`;
  return text;
}
