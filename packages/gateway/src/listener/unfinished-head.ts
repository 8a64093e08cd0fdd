/** Which beginnings of a request head say nothing yet, and can be kept as a text until there is more. */

/** Bytes; what becomes longer is the parser's, which has the limits of heads. */
const LONGEST = 4096;

/** RFC 9110 §5.6.2. */
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]";
const VALUE = '[\\t -~]*';
const VERSION = 'H|HT|HTT|HTTP|HTTP/|HTTP/1|HTTP/1\\.|HTTP/1\\.[01]\\r?';
/** Whole lines, and one that may have no end. */
const HEADERS = `(?:${TOKEN}+:${VALUE}\\r\\n)*(?:${TOKEN}+(?::${VALUE})?|)\\r?`;
/** Each byte can go one way only, so that this takes linear time. */
const UNFINISHED = new RegExp(`^[A-Z-]{1,20}(?: (?:[!-~]+(?: (?:${VERSION}|HTTP/1\\.[01]\\r\\n(?:${HEADERS})|))?)?)?$`);

/**
 * Whether these first bytes of a connection (a byte string) are the beginning of a head that a parser takes so far, and not all of it.
 * False for anything odd, which the parser is to refuse at once and not when its time is over.
 */
export function isUnfinishedHead(bytes: string): boolean {
  return bytes.length <= LONGEST && UNFINISHED.test(bytes);
}
