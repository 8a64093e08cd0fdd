import { escapeControls, escapeHexOnly, escapeLog } from '../bytes/escape.ts';
import type { EngineMessage, RuleMatch } from '../contract.ts';
import { closingOf, openingOf, type RuleWords } from './rule-words.ts';

/** Bytes of `data` that are kept, the `...` of a cut included; ModSecurity's limit. */
const MAX_DATA = 512;

/** What names the request at the end of a line. Texts as received, not escaped. */
export interface LineContext {
  readonly hostname: string;
  /** Decoded path without query. */
  readonly uriPath: string;
  readonly id: string;
}

/**
 * The text ModSecurity 2.9 puts behind `ModSecurity: ` in the error log: alert, then hostname, uri and unique_id.
 * Without the 1023-byte cut of the reference, which loses fields. Printable ASCII whatever is in match and context, written as
 * `words` writes it.
 */
export function formatErrorLogLine(match: RuleMatch, context: LineContext, words?: RuleWords): string {
  const names = formatContext(context);
  return formatAlert(match, words) + (words === undefined ? names : words.write(names));
}

/** The same for a message of the engine itself (parser errors, limits). */
export function formatMessageLine(message: EngineMessage, context: LineContext): string {
  return `${escapeControls(message.text)}${formatContext(context)}`;
}

/**
 * The alert of one match, from `Warning.` to the last tag: a line of the error log and of part H. The sentence arrives with the
 * values in it escaped; bytes that could end the line are escaped here whatever made it.
 */
export function formatAlert(match: RuleMatch, words?: RuleWords): string {
  const data = match.data === undefined ? '' : ` [data "${cutData(escapeHexOnly(match.data))}"]`;
  if (words === undefined) return openingOf(match) + data + closingOf(match);
  return words.opening(match) + words.write(data) + words.closing(match);
}

function formatContext({ hostname, uriPath, id }: LineContext): string {
  return ` [hostname "${escapeLog(hostname)}"] [uri "${escapeLog(uriPath)}"] [unique_id "${escapeLog(id)}"]`;
}

/** Cuts escaped text that reaches `MAX_DATA` bytes, never inside a `\xhh` (where 2.9.7 cuts too). */
function cutData(escaped: string): string {
  if (escaped.length < MAX_DATA) return escaped;
  let end = MAX_DATA - 3;
  const backslash = escaped.lastIndexOf('\\', end - 1);
  if (backslash > end - 4) end = backslash;
  return `${escaped.slice(0, end)}...`;
}
