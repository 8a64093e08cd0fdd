/** A host with an optional port, as in the Host header or an absolute request target (RFC 9110 §7.2, RFC 3986 §3.2). */
export interface Authority {
  /** Lower case; IPv6 addresses keep their brackets. */
  readonly host: string;
  readonly port: number | undefined;
}

const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;

/**
 * Reads `host[:port]` strictly: letters, digits, `.`, `-` and `_`, or an IPv6 address in brackets. No user information, no
 * lists, no percent-encoding: what two readers could understand differently gives undefined.
 */
export function parseAuthority(text: string): Authority | undefined {
  const end = text.charCodeAt(0) === OPEN_BRACKET ? endOfBrackets(text) : endOfName(text);
  if (end <= 0 || end > 255) return undefined;
  const host = text.slice(0, end).toLowerCase();
  if (end === text.length) return { host, port: undefined };
  if (text.charCodeAt(end) !== COLON) return undefined;
  const port = parsePort(text, end + 1);
  return port === undefined ? undefined : { host, port };
}

function endOfName(text: string): number {
  let at = 0;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isAllowed =
      (code >= 0x61 && code <= 0x7a) || // a-z
      (code >= 0x41 && code <= 0x5a) || // A-Z
      (code >= 0x30 && code <= 0x39) || // 0-9
      code === 0x2d || // -
      code === 0x2e || // .
      code === 0x5f; // _ is not in host names, but in many container names
    if (!isAllowed) break;
  }
  return text.charCodeAt(0) === 0x2e ? -1 : at;
}

function endOfBrackets(text: string): number {
  const close = text.indexOf(']');
  if (close < 3) return -1;
  let colons = 0;
  for (let at = 1; at < close; at++) {
    const code = text.charCodeAt(at);
    const isHex = (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66) || (code >= 0x41 && code <= 0x46);
    if (code === COLON) colons++;
    else if (!isHex && code !== 0x2e) return -1;
  }
  return colons >= 2 ? close + 1 : -1;
}

function parsePort(text: string, from: number): number | undefined {
  const length = text.length - from;
  if (length < 1 || length > 5) return undefined;
  let port = 0;
  for (let at = from; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    port = port * 10 + digit;
  }
  return port > 0 && port <= 65_535 ? port : undefined;
}
