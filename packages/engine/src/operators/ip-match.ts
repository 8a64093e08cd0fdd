import { trimSpace } from '../bytes/ascii.ts';
import { defineOperator, type Operator } from '../registry/operator.ts';
import { addressMatch } from './address-match.ts';

export const ipMatch: Operator = defineOperator({
  name: 'ipMatch',
  summary:
    'Matches when the value is one of the listed IPv4 and IPv6 addresses or in one of the CIDR blocks, separated by commas. A value that is no address is an error.',
  examples: [
    { argument: '192.0.2.0/24,2001:db8::/32', value: '192.0.2.77', matches: true },
    { argument: '192.0.2.0/24,2001:db8::/32', value: '2001:DB8::1', matches: true },
    { argument: '192.0.2.0/24,2001:db8::/32', value: '192.0.3.1', matches: false },
  ],
  compile: (argument) => {
    const entries = argument.source.split(',').map(trimSpace).filter(Boolean);
    if (entries.length === 0) throw new Error('no address or block given');
    return addressMatch(entries, 'IPmatch');
  },
});
