import { escapeLog } from '../bytes/escape.ts';
import { defineOperator, type Operator } from '../registry/operator.ts';

export const geoLookup: Operator = defineOperator({
  name: 'geoLookup',
  summary:
    'Fills `GEO` from the database of `SecGeoLookupDb` and matches when the address is in it; never matches without a database.',
  examples: [{ argument: '', value: '192.0.2.1', matches: false }],
  argument: 'optional',
  compile: (_argument, context) => {
    context.warn('never matches: there is no geographical database');
    return {
      test: (value, scope) => {
        scope.tx.report(1, `Geo lookup for "${escapeLog(value)}" attempted without a database.  Set SecGeoLookupDB.`);
        return false;
      },
      describe: (value, name) => `Geo lookup for "${escapeLog(value)}" succeeded at ${name}.`,
    };
  },
});
