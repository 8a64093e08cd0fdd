import { expect, test } from 'vitest';
import { processorTime } from '../../test/support/processor-time.ts';
import { detectSqli, detectXss } from './index.ts';

// Every argument of every request is read by both detectors, so no value may take much longer than its length calls for.
// Each pattern below, repeated, once took or could take quadratic time in a detector of this kind: a search that reaches to
// the end of the value for each of its bytes, a word cut short and read again, folding that never comes to an end.
const LENGTH = 24_000;

// A linear detector takes some 5 ms for that on a slow machine; a quadratic one several hundred. The machine may be busy
// with something else, so the best of a few attempts counts.
const MILLISECONDS = 120;
const ATTEMPTS = 4;

const patterns = [
  ...["'", '"', '`', "''", "'\\'", '\\', "\\'", "'a' ", '/*', '/**/', '*/', '--', '-- \n', '--a\n', '#', '#\n', '/'],
  ...['$', '$$', '$a', '$a$', '$\0', '$,', '$.', "q'", "q'(", "nq'", "e'", "x'0", "b'0 ", "u&'", '0x', '1e', '1.', '.'],
  ...[
    'OR.1',
    '1DIV.1',
    '1LIKE.1',
    'or`a`',
    'not.',
    'a.',
    '1+',
    '1,',
    '1,-1',
    '1||',
    '1 and ',
    '::int',
    'int ',
    '{a',
    '\\1',
  ],
  ...[
    '(',
    '((',
    ')',
    '-',
    '!',
    '@',
    '[',
    '{',
    '}',
    ';',
    ' ',
    '\0',
    '\xa0',
    'a ',
    'union all ',
    'select ',
    'like ',
    'in ',
  ],
  ...[
    '<',
    '>',
    '</',
    '</>',
    '<!',
    '<!-',
    '<!--',
    '<!--->',
    '<!--x-->',
    '<?',
    '<?>',
    '<%',
    '<%>',
    '<![CDATA[x]]>',
    '-\0',
  ],
  ...[
    '<a ',
    '<a/',
    'a=',
    'a= ',
    'a="',
    '=',
    'on ',
    'onx ',
    'onxyz= ',
    'href="&#0;" ',
    'href="&#0',
    '&#',
    'attributename="\0',
  ],
];

const beginnings = ['', "'", '<a '];

test.each(patterns)('%j, repeated, is told in linear time', (pattern) => {
  for (const beginning of beginnings) {
    const value = (beginning + pattern.repeat(Math.ceil(LENGTH / pattern.length))).slice(0, LENGTH);
    let best = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < ATTEMPTS && best >= MILLISECONDS; attempt++) {
      const start = processorTime();
      detectSqli(value);
      detectXss(value);
      best = Math.min(best, processorTime() - start);
    }
    expect(best, `after ${JSON.stringify(beginning)}`).toBeLessThan(MILLISECONDS);
  }
});
