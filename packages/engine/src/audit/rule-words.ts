import { escapeControls, escapeLog } from '../bytes/escape.ts';
import type { RuleMatch, RuleReference } from '../contract.ts';
import { severityName } from './severity.ts';

/** Longer sentences, which have long names of clients in them, are not kept. */
const LONGEST_KEPT = 8192;

type Opened = Pick<RuleMatch, 'action' | 'operatorText' | 'revision' | 'message'>;
type Closed = Pick<RuleMatch, 'severity' | 'version' | 'maturity' | 'accuracy'>;

/** Words, and what they were made of. Not the match itself: that holds what a client has sent. */
interface Worded<Facts> {
  readonly of: Facts;
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
  readonly #openings = new WeakMap<RuleReference, Worded<Opened>>();
  readonly #closings = new WeakMap<readonly string[], Worded<Closed>>();

  constructor(write: (text: string) => string = (text) => text) {
    this.write = write;
  }

  /** As `openingOf`. Mostly it is that of the match before, as patterns are long and names are few. */
  opening(match: RuleMatch): string {
    const known = this.#openings.get(match.rule);
    if (known !== undefined && opensAlike(known.of, match)) return known.text;
    const text = this.write(openingOf(match));
    const { action, operatorText, revision, message } = match;
    if (text.length <= LONGEST_KEPT)
      this.#openings.set(match.rule, { of: { action, operatorText, revision, message }, text });
    return text;
  }

  /** As `closingOf`. */
  closing(match: RuleMatch): string {
    const known = this.#closings.get(match.tags);
    if (known !== undefined && closesAlike(known.of, match)) return known.text;
    const text = this.write(closingOf(match));
    const { severity, version, maturity, accuracy } = match;
    this.#closings.set(match.tags, { of: { severity, version, maturity, accuracy }, text });
    return text;
  }
}

/** What was done, why, by which rule and what it says: `Warning. Matched … [file "…"] [line "…"] [id "…"] [rev "…"] [msg "…"]`. */
export function openingOf({ action, operatorText, rule: { file, line, id }, revision, message }: RuleMatch): string {
  let text = `${escapeControls(action)} ${escapeControls(operatorText)} [file "${escapeLog(file)}"] [line "${line}"] [id "${id}"]`;
  if (revision !== undefined) text += ` [rev "${escapeLog(revision)}"]`;
  if (message !== undefined) text += ` [msg "${escapeLog(message)}"]`;
  return text;
}

function opensAlike(known: Opened, match: RuleMatch): boolean {
  return (
    known.action === match.action &&
    known.operatorText === match.operatorText &&
    known.revision === match.revision &&
    known.message === match.message
  );
}

/** What the rule says of itself besides, with a blank before each: ` [severity "…"] [ver "…"] … [tag "…"] [tag "…"]`. */
export function closingOf({ severity, version, maturity, accuracy, tags }: RuleMatch): string {
  let text = '';
  if (severity !== undefined) text += ` [severity "${severityName(severity)}"]`;
  if (version !== undefined) text += ` [ver "${escapeLog(version)}"]`;
  if (maturity !== undefined) text += ` [maturity "${maturity}"]`;
  if (accuracy !== undefined) text += ` [accuracy "${accuracy}"]`;
  for (const tag of tags) text += ` [tag "${escapeLog(tag)}"]`;
  return text;
}

function closesAlike(known: Closed, match: RuleMatch): boolean {
  return (
    known.severity === match.severity &&
    known.version === match.version &&
    known.maturity === match.maturity &&
    known.accuracy === match.accuracy
  );
}
