import { escapeLog } from '../bytes/escape.ts';
import { type Matcher, OperatorError } from '../registry/operator.ts';
import { AddressSet } from './address-set.ts';
import { parseAddress, parseRange } from './ip-address.ts';

/**
 * The matcher of the `@ipMatch` family. Throws when an entry is neither an address nor a CIDR block.
 *
 * @param word how the operator names itself in log sentences
 */
export function addressMatch(entries: readonly string[], word: string): Matcher {
  const addresses = new AddressSet(
    entries.map((entry) => {
      const range = parseRange(entry);
      if (range === undefined) throw new Error(`"${entry}" is neither an IP address nor a block such as 10.0.0.0/8`);
      return range;
    }),
  );
  return {
    forecast: { kind: 'value' },
    test: (value) => {
      const address = parseAddress(value);
      if (address === undefined) {
        const family = value.includes(':') ? 'IPv6' : 'IPv4';
        throw new OperatorError(`IPmatch: bad ${family} specification "${escapeLog(value)}".`);
      }
      return addresses.has(address);
    },
    describe: (value, name) => `${word}: "${escapeLog(value)}" matched at ${name}.`,
    span: (value) => [0, value.length],
  };
}
