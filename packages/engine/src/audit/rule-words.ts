import { escapeLog } from '../bytes/escape.ts';
import type { RuleReference } from '../contract.ts';

/**
 * What all lines about a rule have in common, put into words once. The matches of a rule share the object that names it, and the
 * list of its tags where no macro is in them; where they do not, each is worded anew.
 */
export class RuleWords {
  readonly #places = new WeakMap<RuleReference, string>();
  readonly #tags = new WeakMap<readonly string[], string>();

  /** As `placeOf`. */
  place(rule: RuleReference): string {
    let text = this.#places.get(rule);
    if (text === undefined) {
      text = placeOf(rule);
      this.#places.set(rule, text);
    }
    return text;
  }

  /** As `tagsOf`. */
  tags(tags: readonly string[]): string {
    let text = this.#tags.get(tags);
    if (text === undefined) {
      text = tagsOf(tags);
      this.#tags.set(tags, text);
    }
    return text;
  }
}

/** Where a rule stands, with a blank before it: ` [file "…"] [line "…"] [id "…"]`. */
export function placeOf({ file, line, id }: RuleReference): string {
  return ` [file "${escapeLog(file)}"] [line "${line}"] [id "${id}"]`;
}

/** The same for its tags: ` [tag "…"] [tag "…"]`. */
export function tagsOf(tags: readonly string[]): string {
  let text = '';
  for (const tag of tags) text += ` [tag "${escapeLog(tag)}"]`;
  return text;
}
