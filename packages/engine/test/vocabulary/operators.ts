import { complete, type Entry, noted, obsolete } from './entry.ts';

export const operators: readonly Entry[] = [
  ...complete(`
    rx rxGlobal pm pmFromFile pmf pmFromDataset contains containsWord within beginsWith endsWith streq strmatch
    eq ge gt le lt detectSQLi detectXSS
    validateByteRange validateUrlEncoding validateUtf8Encoding validateHash
    verifyCC verifyCPF verifySSN verifySVNR validateNid
    ipMatch ipMatchFromFile ipMatchF ipMatchFromDataset geoLookup fuzzyHash restpath
    unconditionalMatch noMatch rsub
  `),
  noted('validateDTD', 'Needs the `xmlValidation` service.'),
  noted('validateSchema', 'XML Schema, as in ModSecurity; needs the `xmlValidation` service.'),
  noted('rbl', 'Needs the `resolver` service.'),
  noted('inspectFile', 'Needs the `programs` service, and `scripts` for files that end in `.lua`.'),
  obsolete('gsbLookup', 'SecRule ARGS "@gsbLookup x" "id:1,phase:2,pass"', 'the service', 'Never matches.'),
  obsolete('m', 'SecRule ARGS "@m x" "id:1,phase:2,pass"', '@pm'),
];
