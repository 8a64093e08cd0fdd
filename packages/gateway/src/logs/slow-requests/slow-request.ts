import type { MaskSettings } from '@sallyport/engine';
import { accessFields, requestHeader } from '../json-access-line.ts';
import type { LoggedExchange } from '../logged-exchange.ts';

/** What is kept of a request that took long: the fields of a JSON access line, and where the rules spent their time. */
export type SlowRequest = Readonly<Record<string, unknown>>;

/** Rules that are told, the slowest first. */
const MOST_RULES = 5;
const LONGEST_VALUE = 200;

/** `headers`: names of request headers. Values that rules or the configuration mask are masked. */
export function describeSlowRequest(
  exchange: LoggedExchange,
  headers: readonly string[],
  mask: MaskSettings | undefined,
): SlowRequest {
  const { record } = exchange;
  const { bytes_in, bytes_out, requests_before, connection, ...fields } = accessFields(exchange, mask);
  const sent = headers.flatMap((name) => {
    const value = requestHeader(exchange, name.toLowerCase(), mask);
    return value === undefined ? [] : [[name, value.slice(0, LONGEST_VALUE)] as const];
  });
  return {
    ...fields,
    ...(record !== undefined && {
      phases_us: record.phaseMicroseconds,
      collections_us: record.storageMicroseconds,
      ...(record.slowRules.length > 0 && { slowest_rules: slowest(record.slowRules) }),
    }),
    request_headers: Object.fromEntries(sent),
  };
}

function slowest(
  rules: readonly (readonly [id: number, microseconds: number])[],
): readonly { readonly id: number; readonly us: number }[] {
  return rules
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, MOST_RULES)
    .map(([id, us]) => ({ id, us }));
}
