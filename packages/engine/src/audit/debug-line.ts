import { escapeControls, escapeLog } from '../bytes/escape.ts';
import type { DebugLine } from '../contract.ts';
import { commonLogTime } from './time.ts';

/**
 * One line of the debug log as ModSecurity 2.9 writes it, without line end:
 * `[21/Nov/2026:03:00:00 +0000] [host/sid#PORT][rid#ID][/path][4] text`. Where it has addresses in memory for the server and
 * the request, there are the port of the server and the id of the transaction.
 */
export function formatDebugLine({ at, level, text, hostname, uriPath, serverPort, transactionId }: DebugLine): string {
  const request = `[${field(hostname)}/sid#${serverPort}][rid#${field(transactionId)}][${field(uriPath)}]`;
  return `[${commonLogTime(at)}] ${request}[${level}] ${escapeControls(text)}`;
}

/** A client chooses these: they must not look like the end of their field. */
function field(text: string): string {
  return escapeLog(text).replaceAll(']', '\\x5d');
}
