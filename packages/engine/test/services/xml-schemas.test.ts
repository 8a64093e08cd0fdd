import { describe, expect, it } from 'vitest';
import { type Outcome, refusal, run } from '../support/exchange.ts';

describe('@validateDTD and @validateSchema', () => {
  const files = { read: () => 'the rules', list: () => [], resolve: (_from: string, path: string) => path };
  const seen: unknown[] = [];
  const xmlValidation = {
    compile: (kind: 'dtd' | 'schema', text: string, path: string) => {
      seen.push([kind, text, path]);
      if (path.includes('broken')) throw new Error('line 1: nonsense');
      return { validate: (source: string) => (source.includes('bad') ? 'element bad: not "expected"' : undefined) };
    },
  };
  const rules = `SecRule REQUEST_HEADERS:Content-Type "@contains xml" "id:1,phase:1,nolog,noauditlog,pass,ctl:requestBodyProcessor=XML"
SecRule XML "@validateSchema a.xsd" "id:2,phase:2,pass"
SecRule REQUEST_XML "@validateDTD a.dtd" "id:3,phase:2,pass"`;
  const post = (body: string, type = 'text/xml'): Promise<Outcome> =>
    run(rules, { method: 'POST', headers: [['Content-Type', type]], body }, { files, xmlValidation });

  it('match what is not valid', async () => {
    const { fired, record } = await post('<bad/>');
    expect(fired).toEqual([2, 3]);
    expect(record.matches.map(({ operatorText }) => operatorText)).toEqual([
      'XML: Schema validation failed: element bad: not \\"expected\\".',
      'XML: DTD validation failed: element bad: not \\"expected\\".',
    ]);
    expect(seen).toContainEqual(['schema', 'the rules', 'a.xsd']);
    expect(seen).toContainEqual(['dtd', 'the rules', 'a.dtd']);
  });

  it('do not match what is', async () => expect((await post('<good/>')).fired).toEqual([]));
  it('match what is no XML', async () => {
    const { fired, record } = await post('<good>');
    expect(fired).toEqual([2, 3]);
    expect(record.matches[0]?.operatorText).toBe(
      'XML: Schema validation could not proceed due to previous processing errors.',
    );
  });
  it('have nothing to say about other bodies', async () => expect((await post('bad', 'text/plain')).fired).toEqual([]));

  it.each([
    ['SecRule XML "@validateDTD a.dtd" "id:1,phase:2,pass"', {}, 'no xmlValidation service was given to createWaf'],
    ['SecRule XML "@validateSchema broken.xsd" "id:1,phase:2,pass"', { files, xmlValidation }, 'line 1: nonsense'],
    [
      'SecRule ARGS "@validateDTD a.dtd" "id:1,phase:2,pass"',
      { files, xmlValidation },
      '@validateDTD cannot look at ARGS; it is for XML and REQUEST_XML',
    ],
    [
      'SecRule ARGS "@rsub s/a/b/" "id:1,phase:2,pass"',
      {},
      '@rsub cannot look at ARGS; it is for STREAM_INPUT_BODY and STREAM_OUTPUT_BODY',
    ],
    [
      'SecRule STREAM_INPUT_BODY "@rsub a" "id:1,phase:2,pass"',
      {},
      '@rsub: write s/regex/replacement/ with the flags d and i behind it',
    ],
    [
      'SecRule ARGS "@fuzzyHash a" "id:1,phase:2,pass"',
      {},
      '@fuzzyHash: write a file and a threshold from 1 to 100 behind it',
    ],
    [
      'SecRule ARGS "@fuzzyHash a 101" "id:1,phase:2,pass"',
      {},
      '@fuzzyHash: the threshold 101 is not between 1 and 100',
    ],
    [
      'SecRule ARGS "@fuzzyHash a 50" "id:1,phase:2,pass"',
      { files: { ...files, read: () => 'x' } },
      '"x" in a is no hash of ssdeep',
    ],
    [
      'SecRule ARGS "@fuzzyHash a 50" "id:1,phase:2,pass"',
      { files: { ...files, read: () => '' } },
      'there are no hashes in a',
    ],
    [
      'SecRule ARGS "@restpath /{a}{b}" "id:1,phase:1,pass"',
      {},
      '@restpath: two parameters must have text between them',
    ],
    ['SecRule ARGS "@restpath /{a" "id:1,phase:1,pass"', {}, '@restpath: "{a" is no parameter; write {name}'],
    ['SecAction "id:1,phase:1,pass,sanitiseMatchedBytes:4"', {}, '"4" is not written as first/last, for example 1/4'],
    ['SecAction "id:1,phase:1,pass,sanitiseArg"', {}, 'sanitiseArg needs an argument'],
    ['SecAction "id:1,phase:1,pass,ctl:hashEngine=Maybe"', {}, '"Maybe" is not a value of ctl:hashEngine (On, Off)'],
    ['SecAction "id:1,phase:1,pass,ctl:responseBodyProcessor=PDF"', {}, '"PDF" is not a body processor'],
  ])('%s is refused', (text, options, message) => expect(refusal(text, options)).toContain(message));
});
