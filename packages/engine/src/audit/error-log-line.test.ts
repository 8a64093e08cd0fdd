import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleMatch } from '../../test/samples/audit-record.ts';
import type { RuleMatch } from '../contract.ts';
import { formatAlert, formatErrorLogLine, formatMessageLine } from './error-log-line.ts';
import { RuleWords } from './rule-words.ts';

const context = { hostname: '127.0.0.1', uriPath: '/index.html', id: 'awDb' };
const place = '[file "/etc/sallyport/rules.conf"] [line "21"] [id "1"]';

describe('formatAlert', () => {
  // Lines marked (2.9.7) were seen on Apache with ModSecurity 2.9.7, before Apache's own escaping.
  const cases: readonly [name: string, match: RuleMatch, line: string][] = [
    [
      'all fields, in order (2.9.7)',
      sampleMatch({
        message: 'm"x ab\n"\\\xe9\0z',
        data: 'd ab\n"\\\xe9\0z of ARGS:x',
        severity: 2,
        revision: '2',
        version: 'v1',
        maturity: 5,
        accuracy: 7,
        tags: ['t1', 't2/x'],
      }),
      `Warning. Pattern match "(a)b" at ARGS:x. ${place} [rev "2"] [msg "m\\"x ab\\n\\"\\\\\\xe9\\x00z"] [data "d ab\\x0a\\x22\\x5c\\xe9\\x00z of ARGS:x"] [severity "CRITICAL"] [ver "v1"] [maturity "5"] [accuracy "7"] [tag "t1"] [tag "t2/x"]`,
    ],
    [
      'only what the rule has',
      sampleMatch({ message: undefined }),
      `Warning. Pattern match "(a)b" at ARGS:x. ${place}`,
    ],
    [
      'the sentence as it comes, but for bytes that could end the line',
      sampleMatch({ message: undefined, operatorText: 'Match of "rx ^\\\\d\\"x" against "ARGS:q2\n" required.' }),
      `Warning. Match of "rx ^\\\\d\\"x" against "ARGS:q2\\n" required. ${place}`,
    ],
    [
      'an operator text without quotes',
      sampleMatch({ message: undefined, operatorText: 'Operator EQ matched 0 at ARGS.', matched: [] }),
      `Warning. Operator EQ matched 0 at ARGS. ${place}`,
    ],
    [
      'a severity outside the table',
      sampleMatch({ message: undefined, severity: 9 }),
      `Warning. Pattern match "(a)b" at ARGS:x. ${place} [severity "9"]`,
    ],
  ];
  it.each(cases)('%s', (_name, match, line) => expect(formatAlert(match)).toBe(line));

  it.each([
    ['a'.repeat(511), 'a'.repeat(511)],
    ['a'.repeat(512), `${'a'.repeat(509)}...`],
    ['a'.repeat(513), `${'a'.repeat(509)}...`],
    [`${'a'.repeat(507)}\n${'b'.repeat(20)}`, `${'a'.repeat(507)}...`],
    [`${'a'.repeat(505)}\n${'b'.repeat(20)}`, `${'a'.repeat(505)}\\x0a...`],
  ])('cuts data at 512 bytes, never inside an escape: %#', (data, shown) => {
    expect(formatAlert(sampleMatch({ data }))).toContain(`[data "${shown}"]`);
  });
});

describe('with the words of earlier lines', () => {
  it('says the same', () => {
    const words = new RuleWords();
    const tags = ['t1', 't2/"x"'];
    const first = sampleMatch({ tags });
    const others = [
      first,
      { ...first, tags: ['t1'] },
      { ...first, rule: { ...first.rule, id: 2 } },
      { ...first, rule: { ...first.rule, file: 'a"b.conf' }, tags: [] },
      { ...first, operatorText: 'Pattern match "(a)b" at ARGS:y.' },
      { ...first, action: 'Access denied with code 403 (phase 2).' },
      { ...first, message: 'another' },
      { ...first, revision: '3' },
      { ...first, severity: 4 },
      { ...first, version: 'v2' },
      { ...first, maturity: 1 },
      { ...first, accuracy: 1 },
      { ...first, data: 'something' },
    ];
    for (const match of [...others, ...others]) expect(formatAlert(match, words)).toBe(formatAlert(match));
  });

  it('writes every piece of the line', () => {
    const words = new RuleWords((text) => text.toUpperCase().replaceAll('"', '""'));
    const match = sampleMatch({ tags: ['t1'], data: 'd\\', revision: '2', version: 'v' });
    for (let time = 0; time < 2; time++) {
      const line = formatErrorLogLine(match, context, words);
      expect(line).toBe(formatErrorLogLine(match, context).toUpperCase().replaceAll('"', '""'));
    }
  });
});

describe('formatErrorLogLine', () => {
  it('ends with hostname, uri and unique_id', () => {
    expect(formatErrorLogLine(sampleMatch(), { ...context, uriPath: '/in"d\nex.html' })).toBe(
      `Warning. Pattern match "(a)b" at ARGS:x. ${place} [msg "m"] [hostname "127.0.0.1"] [uri "/in\\"d\\nex.html"] [unique_id "awDb"]`,
    );
  });

  it('keeps every field a client controls inside its quotes and its line', () => {
    const hostile = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
    fc.assert(
      fc.property(hostile, hostile, (text, other) => {
        const forged = `${text}"] [id "999999"] ${other}`;
        const line = formatErrorLogLine(
          sampleMatch({
            operatorText: `String match "${text.replaceAll('"', '')}" at ARGS.`,
            message: forged,
            data: forged,
            tags: [forged],
          }),
          { hostname: forged, uriPath: forged, id: 'a' },
        );
        expect(line).toMatch(/^[\x20-\x7e]*$/);
        expect([...line.matchAll(/\[id "(\d+)"\]/g)].map((found) => found[1])).toEqual(['1']);
      }),
    );
  });
});

describe('formatMessageLine', () => {
  it('leaves the quotes of the message and escapes what is not printable', () => {
    expect(formatMessageLine({ level: 1, text: 'JSON parser error: "x"\n\xff' }, context)).toBe(
      'JSON parser error: "x"\\n\\xff [hostname "127.0.0.1"] [uri "/index.html"] [unique_id "awDb"]',
    );
  });
});
