import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWaf, formatErrorLogLine, type RuleMatch } from '../src/index.ts';

/** Rules that put client data into every field of a line, through every kind of operator sentence. */
const rules = `
SecRuleEngine On
SecRule ARGS "@rx ." "id:1,phase:1,pass,msg:'%{MATCHED_VAR}',logdata:'%{MATCHED_VAR_NAME}',tag:'%{MATCHED_VAR}'"
SecRule ARGS_NAMES "!@streq %{ARGS.x}" "id:2,phase:1,pass"
SecRule ARGS "@contains %{REQUEST_HEADERS.X-Part}" "id:3,phase:1,pass"
SecRule ARGS "@within %{REQUEST_HEADERS.X-Whole}" "id:4,phase:1,pass"
SecRule ARGS "!@validateByteRange 1" "id:5,phase:1,pass"
SecRule ARGS "@pm id 999" "id:6,phase:1,pass"
`;

/** Any byte, quotes and brackets often. */
const bytes = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    fc.constantFrom('"', '\\', ']', '[', ' ', '\n', '] [id "999"]', '"] [id "999"] ['),
  ),
  maxLength: 12,
});

describe('log lines of real matches', () => {
  it('stay one printable line with the ids of the rules, whatever the client sends', () => {
    const matches: RuleMatch[] = [];
    const waf = createWaf({ rules: [{ file: 'rules.conf', text: rules }], onMatch: (match) => matches.push(match) });
    fc.assert(
      fc.property(bytes, bytes, bytes, (name, value, host) => {
        matches.length = 0;
        const tx = waf.openTransaction({
          id: 'u',
          clientAddress: '192.0.2.1',
          clientPort: 1,
          serverAddress: '192.0.2.2',
          serverPort: 80,
        });
        const encode = (text: string): string =>
          [...text].map((byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
        tx.processRequestHeaders({
          method: 'GET',
          uri: `/?${encode(name)}=${encode(value)}`,
          protocol: 'HTTP/1.1',
          headers: [
            ['Host', host],
            ['X-Part', value.slice(0, 3)],
            ['X-Whole', `-${value}-`],
          ],
        });
        for (const match of matches) {
          const line = formatErrorLogLine(match, { hostname: host, uriPath: '/', id: 'u' });
          expect(line).toMatch(/^[\x20-\x7e]*$/);
          const ids = [...line.matchAll(/\[id "(\d+)"\]/g)].map((found) => Number(found[1]));
          expect(ids).toEqual([match.rule.id]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
