/** Answers of which only a part was asked for (RFC 9110 §14): cut into pieces, a text that rules look for passes them. */
import { trimBlanks } from '../../listener/header-text.ts';
import type { Exchange } from '../exchange.ts';
import type { ResponseHeaders } from '../hop-headers.ts';

/** Several parts in one; their own type is further within. */
const PARTS = 'multipart/byteranges';

/** Whether an answer is a part of what the rules would read as a whole, and can be asked for again. */
export function isPartOfInspected(exchange: Exchange, status: number, { contentType }: ResponseHeaders): boolean {
  const { transaction, firewall, inspectedAs, body, hidesRange } = exchange;
  if (status !== 206 || hidesRange || transaction === undefined || firewall === undefined || body !== null)
    return false;
  const { responseBodyAccess, responseBodyMimeTypes } = firewall.waf.settings;
  if (!responseBodyAccess || inspectedAs?.config.inspect.responseBody !== true) return false;
  const [type = ''] = (contentType ?? 'null').split(';', 1);
  const name = trimBlanks(type).toLowerCase();
  return name === PARTS || responseBodyMimeTypes.includes(name);
}
