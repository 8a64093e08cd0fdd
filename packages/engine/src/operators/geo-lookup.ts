import { escapeLog } from '../bytes/escape.ts';
import { defineOperator, type Operator } from '../registry/operator.ts';
import { parseAddress } from './ip-address.ts';

export const geoLookup: Operator = defineOperator({
  name: 'geoLookup',
  summary:
    'Fills `GEO` from the database of `SecGeoLookupDb` and matches when the address is in it; never matches without a database.',
  examples: [{ argument: '', value: '192.0.2.1', matches: false }],
  argument: 'optional',
  compile: (_argument, { settings, warn }) => {
    if (settings.geoDatabase === undefined)
      warn('never matches without a database: set SecGeoLookupDb above this rule');
    return {
      test: (value, { tx }) => {
        for (const { key = '' } of tx.geo.members) tx.geo.delete(key);
        if (settings.geoDatabase === undefined) {
          tx.report(1, `Geo lookup for "${escapeLog(value)}" attempted without a database.  Set SecGeoLookupDB.`);
          return false;
        }
        const address = parseAddress(value);
        // Names are not looked up: what a client sends must not make the server ask DNS.
        const fields = address === undefined ? undefined : settings.geoDatabase.lookup(address);
        if (fields === undefined) return false;
        for (const [name, text] of fields) tx.geo.set(name, text);
        return true;
      },
      describe: (value, name) => `Geo lookup for "${escapeLog(value)}" succeeded at ${name}.`,
    };
  },
});
