import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutAt, expectSameForEverySplit, parseBody } from '../../test/body-processors/parse-body.ts';
import { processorTime } from '../../test/support/processor-time.ts';
import { xml } from './xml.ts';

/** Seen like this on Apache with ModSecurity 2.9.7 and libxml2 2.9.14: body, text of `XML:/*`, values of `XML://@*`. */
const ACCEPTED: readonly (readonly [body: string, text: string, attributes: readonly string[]])[] = [
  ['<a/>', '', []],
  ['<a />', '', []],
  ['<a></a >', '', []],
  ['<a>x</a>', 'x', []],
  ['<a b="1" c=\'2\'>x<d e="3">y</d>z</a>', 'xyz', ['1', '2', '3']],
  ['<a b = "1"/>', '', ['1']],
  ['<a b=">"/>', '', ['>']],
  ['<a b="\'"/>', '', ["'"]],
  ["<a b='\"'/>", '', ['"']],
  ['<a><b>1</b> <b>2</b></a>', '1 2', []],
  [' <a>1</a>\n', '1', []],
  ['<?xml version="1.0"?><a>1</a>', '1', []],
  ['<?xml version="1.0" ?><a/>', '', []],
  ['<?xml version="1.1"?><a/>', '', []],
  ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<a>1</a>\n', '1', []],
  ['<?xml version="1.0" encoding="ISO-8859-1"?><a b="\xe9">\xe9</a>', '\xc3\xa9', ['\xc3\xa9']],
  ['\xef\xbb\xbf<a>1</a>', '1', []],
  ['\xef\xbb\xbf<?xml version="1.0"?><a>1</a>', '1', []],
  ['<a>&amp;&lt;&gt;&quot;&apos;&#65;&#x41;</a>', '&<>"\'AA', []],
  ['<a b="&lt;&amp;&#10;"/>', '', ['<&\n']],
  ['<a>&#x1F600;</a>', '\xf0\x9f\x98\x80', []],
  ['<a>\xc3\xa9</a>', '\xc3\xa9', []],
  ['<\xc3\xa9>x</\xc3\xa9>', 'x', []],
  ['<a><![CDATA[<b>&amp;]]></a>', '<b>&amp;', []],
  ['<a><![CDATA[x]]]]><![CDATA[>y]]></a>', 'x]]>y', []],
  ['<a><!-- c -->x<!-- d -->y</a>', 'xy', []],
  ['<!-- c --><a/><!-- d -->', '', []],
  ['<!----><a/>', '', []],
  ['<a><?php echo 1 ?>z</a>', 'z', []],
  ['<a><?p x? ?>y</a>', 'y', []],
  ['<?p?><a/>', '', []],
  ['<a>1\r\n2\r3</a>', '1\n2\n3', []],
  ['<a b="1\r\n2\t3\n4&#10;5"/>', '', ['1 2 3 4\n5']],
  ['<a-b.c_d:e/>', '', []],
  ['<p:a>x</p:a>', 'x', []],
  ['<p:a xmlns:p="u" p:b="1" xml:lang="de">x</p:a>', 'x', ['1', 'de']],
  ['<a xmlns="u"><b xmlns=""/></a>', '', []],
];

const REFUSED: readonly (readonly [body: string, reason: string])[] = [
  [' ', 'no root element'],
  ['x', 'text outside of the root element'],
  ['<a/>x', 'text outside of the root element'],
  ['<a>x</a>\0', 'text outside of the root element'],
  ['<![CDATA[x]]><a/>', 'text outside of the root element'],
  ['\xfe\xff\0<\0a\0/\0>', 'text outside of the root element'],
  ['<a/><b/>', 'second root element'],
  ['<a>', 'element is not closed'],
  ['<a', 'document ends in the middle of markup'],
  ['<a><!-- ', 'document ends in the middle of markup'],
  ['<a><![CDATA[x]]', 'document ends in the middle of markup'],
  ['<a><?p', 'document ends in the middle of markup'],
  ['<a b="x>', 'document ends in the middle of markup'],
  ['<!-->--><a', 'document ends in the middle of markup'],
  ['<a>1</b>', 'end tag does not match the start tag'],
  ['</a>', 'end tag does not match the start tag'],
  ['<a><b></a></b>', 'end tag does not match the start tag'],
  ['< a/>', 'malformed tag'],
  ['<a></ a>', 'malformed tag'],
  ['<1a/>', 'malformed tag'],
  ['<>', 'malformed tag'],
  ['<a b="1"c="2"/>', 'malformed tag'],
  ['<a></a b="1">', 'malformed tag'],
  ['<a/ >', 'malformed tag'],
  ['<a b=1/>', 'malformed attribute'],
  ['<a b/>', 'malformed attribute'],
  ['<a ="1"/>', 'malformed attribute'],
  ['<a b="1" b="2"/>', 'duplicate attribute'],
  ['<a b="<"/>', '< in an attribute value'],
  ['<a>]]></a>', ']]> in text'],
  ['<a>&foo;</a>', 'unknown entity'],
  ['<a b="&foo;"/>', 'unknown entity'],
  ['<a>&</a>', '& without a reference'],
  ['<a>&#x41</a>', '& without a reference'],
  ['<a>&averylongentityname;</a>', '& without a reference'],
  ['<a>&#;</a>', 'malformed character reference'],
  ['<a>&#x;</a>', 'malformed character reference'],
  ['<a>&#X41;</a>', 'malformed character reference'],
  ['<a>&#0;</a>', 'reference to a character that is not allowed'],
  ['<a>&#xD800;</a>', 'reference to a character that is not allowed'],
  ['<a>&#x110000;</a>', 'reference to a character that is not allowed'],
  ['<a>\x01</a>', 'control character'],
  ['<a>\0</a>', 'control character'],
  ['<a>\x0b</a>', 'control character'],
  ['<a b="\x01"/>', 'control character'],
  ['<a><![CDATA[\x01]]></a>', 'control character'],
  ['<a><!-- \x01 --></a>', 'control character'],
  ['<a>\xff</a>', 'text is not UTF-8'],
  ['<a>\xc0\x80</a>', 'text is not UTF-8'],
  ['<a>\xed\xa0\x80</a>', 'text is not UTF-8'],
  ['<a>\xef\xbf\xbf</a>', 'text is not UTF-8'],
  ['<\xff/>', 'text is not UTF-8'],
  ['<a><!-- a--b --></a>', '-- in a comment'],
  ['<a><!-- x ---></a>', '-- in a comment'],
  ['<!ELEMENT a ANY><a/>', 'malformed markup'],
  ['<a><!x></a>', 'malformed markup'],
  ['<??><a/>', 'malformed processing instruction'],
  ['<?p+x?><a/>', 'malformed processing instruction'],
  [' <?xml version="1.0"?><a/>', 'XML declaration in the wrong place'],
  ['<a><?xml version="1.0"?></a>', 'XML declaration in the wrong place'],
  ['<?XML version="1.0"?><a/>', 'XML declaration in the wrong place'],
  ['<?xml?><a/>', 'malformed XML declaration'],
  ['<?xml encoding="UTF-8"?><a/>', 'malformed XML declaration'],
  ['<?xml version="2.0"?><a/>', 'malformed XML declaration'],
  ["<?xml version='1.0'encoding='UTF-8'?><a/>", 'malformed XML declaration'],
  ['<?xml version="1.0" standalone="maybe"?><a/>', 'malformed XML declaration'],
  ['<?xml version="1.0" encoding="UTF-16"?><a/>', 'encoding is neither UTF-8 nor ISO-8859-1'],
  ['<?xml version="1.0" encoding="UTF-7"?><a/>', 'encoding is neither UTF-8 nor ISO-8859-1'],
];

/** ModSecurity 2 takes these and expands internal entities; here a document type is refused whatever is in it. */
const DOCUMENT_TYPES: readonly string[] = [
  '<!DOCTYPE a><a>x</a>',
  '<!DOCTYPE a [<!ENTITY e "boom">]><a>&e;</a>',
  '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><a>&b;</a>',
  '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a>x</a>',
  '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
  '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1/"> %p;]><a/>',
];

const bodies = [...ACCEPTED.map(([body]) => body), ...REFUSED.map(([body]) => body), ...DOCUMENT_TYPES];
const error = (body: string): string | undefined => parseBody(xml, [body]).error;

describe('XML', () => {
  it.each(ACCEPTED)('reads %j', (body, text, attributes) => {
    const result = parseBody(xml, [body]);
    expect(result.error).toBeUndefined();
    expect(result.xml?.documentText).toBe(text);
    expect(result.xml?.attributeValues).toEqual(attributes);
  });

  it.each(REFUSED)('refuses %j: %s', (body, reason) => {
    expect(error(body)).toBe(`XML parsing error: ${reason}`);
  });

  it.each(DOCUMENT_TYPES)('refuses the document type of %j', (body) => {
    expect(error(body)).toBe('XML parsing error: document types are not allowed');
  });

  it.each(bodies)('gives one result for every split of %j', (body) => {
    expectSameForEverySplit(xml, body);
  });

  it('never throws and never depends on the split, whatever the bytes', () => {
    const tokens = [
      '<a>',
      '</a>',
      '<a',
      '>',
      '/>',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?p',
      '?>',
      '&',
      '&amp;',
      ' b="',
      "'",
      '-',
      ']',
      '\r',
      'x',
      '\xc3',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...tokens)), fc.array(fc.nat(200)), (list, cuts) => {
        const body = `<a>${list.join('')}</a>`;
        const whole = parseBody(xml, [body]);
        expect(
          parseBody(
            xml,
            cutAt(
              body,
              cuts.map((cut) => cut % (body.length + 1)),
            ),
          ),
        ).toEqual(whole);
      }),
      { numRuns: 1000 },
    );
  });

  it('builds a tree with namespaces, merged text and ranges', () => {
    const document = parseBody(xml, [
      '<p:a xmlns:p="u" xmlns="d" q="1" p:q="2">x<![CDATA[y]]><!-- -->z<b xmlns:p="v"><p:c/></b></p:a>',
    ]).xml;
    const root = document?.children[0];
    if (root?.kind !== 'element') throw new Error('no root element');
    expect(root).toMatchObject({ localName: 'a', namespace: 'u', start: 0, end: 3 });
    expect(root?.attributes).toMatchObject([
      { localName: 'q', namespace: '', value: '1' },
      { localName: 'q', namespace: 'u', value: '2' },
    ]);
    expect(root?.children).toMatchObject([
      { kind: 'text', start: 0, end: 2 },
      { kind: 'comment', value: ' ' },
      { kind: 'text', start: 2, end: 3 },
      { kind: 'element', localName: 'b', namespace: 'd', children: [{ localName: 'c', namespace: 'v' }] },
    ]);
  });

  it('has nothing to say about an empty body', () => {
    expect(parseBody(xml, [])).toMatchObject({ error: undefined, xml: undefined, noFilesLength: 0 });
  });

  it('keeps the tree in front of an error and ignores what follows', () => {
    const result = parseBody(xml, ['<a b="1">attack', '<c></a>', '<d>more</d>']);
    expect(result.error).toBe('XML parsing error: end tag does not match the start tag');
    expect(result.xml).toMatchObject({ documentText: 'attack', attributeValues: ['1'] });
    expect(result.noFilesLength).toBe(15 + 7 + 11);
  });

  it.each([
    ['as deep as allowed', `${'<a>'.repeat(256)}${'</a>'.repeat(256)}`, undefined],
    ['deeper', `${'<a>'.repeat(257)}${'</a>'.repeat(257)}`, 'elements are nested too deep'],
    ['very deep', '<a>'.repeat(300_000), 'elements are nested too deep'],
    ['wide', `<r>${'<a/>'.repeat(100_000)}</r>`, 'too many elements, attributes and texts'],
    ['long', `<a>${'x'.repeat(1_000_000)}</a>`, undefined],
    ['full of references', `<a>${'&amp;'.repeat(200_000)}</a>`, undefined],
    ['full of CDATA', `<a>${'<![CDATA[x]]>'.repeat(80_000)}</a>`, undefined],
    ['full of dashes', `<a><!--${'- '.repeat(500_000)}--></a>`, undefined],
    ['full of <', '<'.repeat(1_000_000), 'document ends in the middle of markup'],
    [
      'full of attributes',
      `<a ${Array.from({ length: 50_000 }, (_, index) => `a${index}="v"`).join(' ')}/>`,
      undefined,
    ],
    [
      'full of declarations',
      `<a ${Array.from({ length: 20_000 }, (_, index) => `xmlns:a${index}="v"`).join(' ')}>${'<b xmlns:q="1"/>'.repeat(30_000)}</a>`,
      undefined,
    ],
  ])('judges a document that is %s in linear time', (_, body, reason) => {
    const started = processorTime();
    expect(error(body)).toBe(reason === undefined ? undefined : `XML parsing error: ${reason}`);
    expect(processorTime() - started).toBeLessThan(5000);
  });
});
