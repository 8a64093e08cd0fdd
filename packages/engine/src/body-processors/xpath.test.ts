import { describe, expect, it } from 'vitest';
import { parseBody } from '../../test/body-processors/parse-body.ts';
import { xml } from './xml.ts';
import type { XmlDocument } from './xml-document.ts';
import { compileXPath } from './xpath.ts';

const BODY = `<shop xmlns:p="urn:price" open="yes">
  <item id="1" kind="book"><name>Ink</name><p:price p:currency="EUR">5</p:price></item>
  <item id="2"><name>Pen <b>blue</b></name><p:price>7</p:price></item>
  <box><item id="3" kind="book"><name>Cap</name></item></box>
  tail
</shop>`.replace(/\n\s*/g, '');

function documentOf(body: string): XmlDocument {
  const document = parseBody(xml, [body]).xml;
  if (document === undefined) throw new Error('no document');
  return document;
}

const NAMESPACES = new Map([['x', 'urn:price']]);
const document = documentOf(BODY);
const valuesIn = (path: string, within: XmlDocument, steps = Number.POSITIVE_INFINITY): readonly string[] => {
  let left = steps;
  return compileXPath(path, NAMESPACES).select(within, (taken) => {
    left -= taken;
    return left >= 0;
  });
};
const evaluate = (path: string): readonly string[] => valuesIn(path, document);

const ALL_TEXT = 'Ink5Pen blue7Captail';

describe('compileXPath', () => {
  it.each([
    ['/*', [ALL_TEXT]],
    ['/', [ALL_TEXT]],
    ['//@*', ['yes', '1', 'book', 'EUR', '2', '3', 'book']],
    ['/child::*', [ALL_TEXT]],
    ['/shop', [ALL_TEXT]],
    ['shop/item/name', ['Ink', 'Pen blue']],
    ['/shop/item/name/text()', ['Ink', 'Pen ']],
    ['//name', ['Ink', 'Pen blue', 'Cap']],
    ['//b/text()', ['blue']],
    ['/shop/text()', ['tail']],
    ['//item/@id', ['1', '2', '3']],
    ['//item[@kind]/@id', ['1', '3']],
    ["//item[@kind='book']/name", ['Ink', 'Cap']],
    ['//item[@kind="film"]', []],
    ['//item[name="Cap"]/@id', ['3']],
    ["//item[name/b='blue']/@id", ['2']],
    ["//name[.='Ink']", ['Ink']],
    ["//name[text()='Pen ']", ['Pen blue']],
    ['//item[@kind][@id="3"]/@id', ['3']],
    ['/shop/item[1]/@id', ['1']],
    ['/shop/item[2]/@id', ['2']],
    ['/shop/item[last()]/@id', ['2']],
    ['/shop/item[position()=2]/@id', ['2']],
    ['/shop/item[position() = last()]/@id', ['2']],
    ['//item[1]/@id', ['1', '3']],
    ['/descendant::item[1]/@id', ['1']],
    ['/descendant::item[3]/@id', ['3']],
    ['//item[@kind][2]', []],
    ['//b/../../@id', ['2']],
    ['//b/parent::name', ['Pen blue']],
    ['//@kind/../@id', ['1', '3']],
    ['//self::b', ['blue']],
    ['//box//name', ['Cap']],
    ['//*[@id]/name/.', ['Ink', 'Pen blue', 'Cap']],
    ['/shop/node()', ['Ink5', 'Pen blue7', 'Cap', 'tail']],
    ['/shop/attribute::open', ['yes']],
    ['//x:price', ['5', '7']],
    ['//x:*', ['5', '7']],
    ['//@x:currency', ['EUR']],
    ['//price', []],
    ['//currency', []],
    ['//name | //@open', ['yes', 'Ink', 'Pen blue', 'Cap']],
    ['//item//name | //name', ['Ink', 'Pen blue', 'Cap']],
    ['//item[//box]/@id', ['1', '2', '3']],
    ['//item[position()<2]/@id', ['1', '3']],
    ['//item[position() mod 2 = 0]/@id', ['2']],
    ["//item[@kind='book' and not(x:price)]/@id", ['3']],
    ["//item[@id='1' or @id='3']/name", ['Ink', 'Cap']],
    ["//item[contains(name, 'blue')]/@id", ['2']],
    ["//name[starts-with(., 'P')]", ['Pen blue']],
    ['//item[x:price > 5]/@id', ['2']],
    ['//item[x:price * 2 >= 10 and x:price div 2 < 3]/@id', ['1']],
    ['//item[count(name) = 1][string-length(name) = 3]/@id', ['1', '3']],
    ["//item[normalize-space(concat(' ', name, ' ')) = 'Ink']/@id", ['1']],
    ["//item[translate(name, 'INK', 'ink') = 'ink']/@id", ['1']],
    ["//item[substring(name, 2, 2) = 'en']/@id", ['2']],
    ["//*[local-name() = 'price']", ['5', '7']],
    ["//*[namespace-uri() = 'urn:price']", ['5', '7']],
    ["//*[name() = 'p:price']", ['5', '7']],
    ['//item[sum(../item/x:price) = 12]/@id', ['1', '2']],
    ['//item[floor(x:price div 2) = 3]/@id', ['2']],
    ['//item[-x:price = -5]/@id', ['1']],
    ['//b/ancestor::*[@id][last()]/@id', ['2']],
    ['//b/ancestor::*[1]', ['Pen blue']],
    ['//item[1]/following-sibling::*[1]/@id', ['2']],
    ['//box/preceding-sibling::item[1]/@id', ['2']],
    ['//b/following::name', ['Cap']],
    ['//b/preceding::x:price', ['5']],
    ['(//item)[3]/@id', ['3']],
    ['(//item | //box)[last()]/@id', ['3']],
    ['//item[name != "Ink"]/@id', ['2', '3']],
    ['//item[number(name) = number(name)]', []],
    ['/shop/namespace::p', ['urn:price']],
    ['//@*[. > 2]', ['3']],
    ['//item[boolean(@kind)]/@id', ['1', '3']],
    ['/shop[true()]/item[false()]', []],
    ['//item[round(2.5) = 3 and round(-2.5) = -2]/@id', ['1', '2', '3']],
    ['self::node()', [ALL_TEXT]],
    ['count(//item)', []],
    ["'text'", []],
    ['1 + 1', []],
    ['//item[1] = 2', []],
    [' / shop / item [ 1 ] / @ id ', ['1']],
    ['/missing', []],
  ])('%s selects %j', (path, expected) => {
    expect(evaluate(path)).toEqual(expected);
  });

  it.each([
    ['', 'it ends too early'],
    ['/shop/', 'it ends too early'],
    ['//', 'it ends too early'],
    ['/shop[', 'it ends too early'],
    ['/shop[1', 'it ends too early'],
    ['/shop]', '"]" is not understood'],
    ['/shop[@a="b]', 'a text must be in quotes'],
    ['/shop[@a and]', '"]" is not understood'],
    ['count(//item', 'it ends too early'],
    ['count("x")', 'count() takes nodes'],
    ['count()', 'count() does not take 0 arguments'],
    ['contains(//a)', 'contains() does not take 1 arguments'],
    ['//item[matches(name, "x")]', 'there is no function "matches"'],
    ['/near::item', 'there is no axis "near"'],
    ['//entity()', '"entity()" is no kind of node'],
    ['//p:price', 'the prefix "p" is not declared; add xmlns:p=… to the rule'],
    ['$x', 'there are no variables'],
    ['//a | 1', 'only nodes can be joined by "|"'],
    ['"x"/a', 'only nodes have predicates and paths behind them'],
    ['1 2', '"2" is not understood'],
    [`a${'[a'.repeat(40)}${']'.repeat(40)}`, 'it is nested too deep'],
  ])('refuses %j', (path, reason) => {
    expect(() => compileXPath(path, NAMESPACES)).toThrow(`XPath "${path}": ${reason}`);
  });

  it('gives the shortcuts the meaning of the long forms', () => {
    for (const body of [BODY, '<a/>', '<a b="1"><c d="2">x</c>y</a>']) {
      const other = documentOf(body);
      expect(valuesIn('/*', other)).toEqual(valuesIn('/child::*', other));
      expect(valuesIn('//@*', other)).toEqual(valuesIn('//attribute::*', other));
    }
  });

  it('has no value for a document without root', () => {
    const empty = documentOf('<!DOCTYPE a>');
    expect(valuesIn('/*', empty)).toEqual([]);
    expect(valuesIn('//@*', empty)).toEqual([]);
  });

  it('selects each node once in a deep document', () => {
    const deep = documentOf(`${'<a b="1">'.repeat(200)}${'</a>'.repeat(200)}`);
    expect(valuesIn('//a//a//@b', deep)).toHaveLength(199);
  });

  it('sees comments and instructions, which are part of no text', () => {
    const other = documentOf('<?a b?><!--top--><r>x<!-- in -->y<?p q?></r><!--end-->');
    expect(valuesIn('//comment()', other)).toEqual(['top', ' in ', 'end']);
    expect(valuesIn("//processing-instruction('p')", other)).toEqual(['q']);
    expect(valuesIn('/processing-instruction()', other)).toEqual(['b']);
    expect(valuesIn('/r/text()', other)).toEqual(['x', 'y']);
    expect(valuesIn('/*', other)).toEqual(['xy']);
    expect(valuesIn('/node()', other)).toEqual(['b', 'top', 'xy', 'end']);
  });

  it('knows ids and languages by their xml: attributes', () => {
    const other = documentOf(
      '<r xml:lang="en-GB"><a xml:id="i">one</a><b xml:lang="de">zwei</b><c xml:id="j">i</c></r>',
    );
    expect(valuesIn("id('i  j x')", other)).toEqual(['one', 'i']);
    expect(valuesIn('id(//c)', other)).toEqual(['one']);
    expect(valuesIn("//*[lang('EN')][not(*)]", other)).toEqual(['one', 'i']);
    expect(valuesIn("//*[lang('de')]", other)).toEqual(['zwei']);
  });

  it('counts characters, not bytes', () => {
    const other = documentOf('<r><a>\xc3\xa4b</a></r>');
    expect(valuesIn('//a[string-length() = 2]', other)).toEqual(['\xc3\xa4b']);
    expect(valuesIn("//a[substring(., 2) = 'b']", other)).toEqual(['\xc3\xa4b']);
    expect(valuesIn("//a[translate(., '\xc3\xa4', 'a') = 'ab']", other)).toEqual(['\xc3\xa4b']);
  });

  it('stops when it is out of steps, with all of the text', () => {
    const many = documentOf(`<r>${'<a>x</a>'.repeat(500)}</r>`);
    expect(valuesIn('//a[count(//a) > 1000]', many, 10_000)).toEqual(['x'.repeat(500)]);
    expect(valuesIn('//a', many, 10_000)).toHaveLength(500);
  });

  it.each([
    ['//item', true],
    ['(//a | //b)[1]', true],
    ['count(//item)', false],
    ['//item = 3', false],
    ['string(//a)', false],
  ])('%s gives nodes: %s', (path, expected) => {
    expect(compileXPath(path, NAMESPACES).givesNodes).toBe(expected);
  });
});
