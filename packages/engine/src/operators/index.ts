import type { Operator } from '../registry/operator.ts';
import { beginsWith } from './begins-with.ts';
import { contains } from './contains.ts';
import { containsWord } from './contains-word.ts';
import { detectSQLi } from './detect-sqli.ts';
import { detectXSS } from './detect-xss.ts';
import { endsWith } from './ends-with.ts';
import { fuzzyHashOperator } from './fuzzy-hash.ts';
import { geoLookup } from './geo-lookup.ts';
import { gsbLookup } from './gsb-lookup.ts';
import { inspectFile } from './inspect-file.ts';
import { ipMatch } from './ip-match.ts';
import { ipMatchFromDataset } from './ip-match-from-dataset.ts';
import { ipMatchFromFile } from './ip-match-from-file.ts';
import { noMatch } from './no-match.ts';
import { eq, ge, gt, le, lt } from './numeric-comparison.ts';
import { m, pm } from './pm.ts';
import { pmFromDataset } from './pm-from-dataset.ts';
import { pmFromFile } from './pm-from-file.ts';
import { rbl } from './rbl.ts';
import { restpath } from './restpath.ts';
import { rsub } from './rsub.ts';
import { rx } from './rx.ts';
import { rxGlobal } from './rx-global.ts';
import { streq } from './streq.ts';
import { strmatch } from './strmatch.ts';
import { unconditionalMatch } from './unconditional-match.ts';
import { validateByteRange } from './validate-byte-range.ts';
import { validateHash } from './validate-hash.ts';
import { validateNid } from './validate-nid.ts';
import { validateUrlEncoding } from './validate-url-encoding.ts';
import { validateUtf8Encoding } from './validate-utf8-encoding.ts';
import { validateDTD, validateSchema } from './validate-xml.ts';
import { verifyCC } from './verify-cc.ts';
import { verifyCPF } from './verify-cpf.ts';
import { verifySSN } from './verify-ssn.ts';
import { verifySVNR } from './verify-svnr.ts';
import { within } from './within.ts';

/** Every operator of the language, sorted by name. An `@name` that is not here is refused when rules are loaded. */
export const operators: readonly Operator[] = [
  beginsWith,
  contains,
  containsWord,
  detectSQLi,
  detectXSS,
  endsWith,
  eq,
  fuzzyHashOperator,
  ge,
  geoLookup,
  gsbLookup,
  gt,
  inspectFile,
  ipMatch,
  ipMatchFromDataset,
  ipMatchFromFile,
  le,
  lt,
  m,
  noMatch,
  pm,
  pmFromDataset,
  pmFromFile,
  rbl,
  restpath,
  rsub,
  rx,
  rxGlobal,
  streq,
  strmatch,
  unconditionalMatch,
  validateByteRange,
  validateDTD,
  validateHash,
  validateNid,
  validateSchema,
  validateUrlEncoding,
  validateUtf8Encoding,
  verifyCC,
  verifyCPF,
  verifySSN,
  verifySVNR,
  within,
];
