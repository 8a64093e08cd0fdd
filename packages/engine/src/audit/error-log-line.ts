import type { EngineMessage, RuleMatch } from '../contract.ts';
import { escapeField, escapeHex } from './field-escape.ts';

/** Bytes of `data` that are kept, the `...` of a cut included; ModSecurity's limit. */
const MAX_DATA = 512;

const SEVERITIES = ['EMERGENCY', 'ALERT', 'CRITICAL', 'ERROR', 'WARNING', 'NOTICE', 'INFO', 'DEBUG'] as const;

/** What names the request at the end of a line. Texts as received, not escaped. */
export interface LineContext {
  readonly hostname: string;
  /** Decoded path without query. */
  readonly uriPath: string;
  readonly id: string;
}

/** Upper-case name of a severity 0-7; the number itself for anything else. */
export function severityName(severity: number): string {
  return SEVERITIES[severity] ?? String(severity);
}

/**
 * The text ModSecurity 2.9 puts behind `ModSecurity: ` in the error log: alert, then hostname, uri and unique_id.
 * Without the 1023-byte cut of the reference, which loses fields (spec §11, row 56).
 */
export function formatErrorLogLine(match: RuleMatch, context: LineContext): string {
  return `${formatAlert(match)}${formatContext(context)}`;
}

/** The same for a message of the engine itself (parser errors, limits). */
export function formatMessageLine(message: EngineMessage, context: LineContext): string {
  return `${escapeControls(message.text)}${formatContext(context)}`;
}

/** The alert of one match, from `Warning.` to the last tag: a line of the error log and of part H. */
export function formatAlert(match: RuleMatch): string {
  let line = `${escapeControls(match.action)} ${escapeOperatorText(match)}`;
  line += ` [file "${escapeField(match.rule.file)}"] [line "${match.rule.line}"] [id "${match.rule.id}"]`;
  if (match.revision !== undefined) line += ` [rev "${escapeField(match.revision)}"]`;
  if (match.message !== undefined) line += ` [msg "${escapeField(match.message)}"]`;
  if (match.data !== undefined) line += ` [data "${cutData(escapeHex(match.data))}"]`;
  if (match.severity !== undefined) line += ` [severity "${severityName(match.severity)}"]`;
  if (match.version !== undefined) line += ` [ver "${escapeField(match.version)}"]`;
  if (match.maturity !== undefined) line += ` [maturity "${match.maturity}"]`;
  if (match.accuracy !== undefined) line += ` [accuracy "${match.accuracy}"]`;
  for (const tag of match.tags) line += ` [tag "${escapeField(tag)}"]`;
  return line;
}

function formatContext({ hostname, uriPath, id }: LineContext): string {
  return ` [hostname "${escapeField(hostname)}"] [uri "${escapeField(uriPath)}"] [unique_id "${escapeField(id)}"]`;
}

/** Cuts escaped text to `MAX_DATA` bytes, never inside a `\xhh`. */
function cutData(escaped: string): string {
  if (escaped.length <= MAX_DATA) return escaped;
  let end = MAX_DATA - 3;
  const backslash = escaped.lastIndexOf('\\', end - 1);
  if (backslash > end - 4) end = backslash;
  return `${escaped.slice(0, end)}...`;
}

/**
 * Escapes the operator sentence but leaves the quotes that belong to it. Argument and variable name may hold bytes of the
 * client; the reference escapes the argument and lets a quote in a name through, so that `?a"] [id "1` forges a field.
 * Here both are escaped.
 */
function escapeOperatorText(match: RuleMatch): string {
  const text = match.operatorText;
  const name = match.matched.at(-1)?.name ?? '';
  const at = name === '' ? -1 : text.lastIndexOf(name);
  if (at < 0) return escapeQuoted(text);
  return escapeQuoted(text.slice(0, at)) + escapeField(name) + escapeControls(text.slice(at + name.length));
}

const NAME_QUOTE = ' against "';

/** Escapes everything between the first and the last quote of a sentence, and control bytes around them. */
function escapeQuoted(text: string): string {
  const tail = text.endsWith(NAME_QUOTE) ? NAME_QUOTE : '';
  const body = text.slice(0, text.length - tail.length);
  const open = body.indexOf('"');
  const close = body.lastIndexOf('"');
  if (open === close)
    return (
      escapeField(body.slice(0, open < 0 ? body.length : open)) +
      escapeControls(body.slice(open < 0 ? body.length : open)) +
      tail
    );
  return `${escapeControls(body.slice(0, open + 1))}${escapeField(body.slice(open + 1, close))}${escapeControls(body.slice(close))}${tail}`;
}

/** For text whose quotes are its own. */
function escapeControls(text: string): string {
  return escapeField(text).replaceAll('\\"', '"');
}
