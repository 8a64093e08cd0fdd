import { trimBlanks } from '../../listener/header-text.ts';
import { type Head, headerOf } from '../../listener/strict-http.ts';

/** The value of a cookie as the client sent it; the first one where there are several (RFC 6265 §5.4 sends the most specific first). */
export function cookieOf(head: Head, name: string): string | undefined {
  const header = headerOf(head, 'cookie');
  if (header === undefined) return undefined;
  for (let start = 0; start < header.length; ) {
    const semicolon = header.indexOf(';', start);
    const end = semicolon < 0 ? header.length : semicolon;
    const equals = header.indexOf('=', start);
    if (equals > 0 && equals < end && trimBlanks(header.slice(start, equals)) === name) {
      return trimBlanks(header.slice(equals + 1, end));
    }
    start = end + 1;
  }
  return undefined;
}
