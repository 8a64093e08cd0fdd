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
const evaluate = (path: string): readonly string[] => compileXPath(path, NAMESPACES)(document);

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
    ['/shop]', '"]" is not supported in a location path'],
    ['/shop[@a=b]', 'a value must be in quotes'],
    ['/shop[@a="b]', 'a value must be in quotes'],
    ['/shop[@a!="b"]', '"!="b"]" is not supported in a location path'],
    ['/shop[@a and @b]', '"and @b]" is not supported in a location path'],
    ['/shop[position()<2]', '"<2]" is not supported in a location path'],
    ['count(//item)', 'the function "count" is not supported'],
    ['/comment()', '"comment()" is not supported'],
    ['//item[contains(name, "x")]', 'the function "contains" is not supported'],
    ['/following::item', 'the axis "following" is not supported'],
    ['/ancestor::item', 'the axis "ancestor" is not supported'],
    ['//p:price', 'the prefix "p" is not declared; add xmlns:p=… to the rule'],
    ['1 + 1', '"1 + 1" is not supported in a location path'],
    ['$x', '"$x" is not supported in a location path'],
    [`a${'[a'.repeat(40)}${']'.repeat(40)}`, 'predicates are nested too deep'],
  ])('refuses %j', (path, reason) => {
    expect(() => compileXPath(path, NAMESPACES)).toThrow(`XPath "${path}": ${reason}`);
  });

  it('gives the shortcuts the meaning of the long forms', () => {
    for (const body of [BODY, '<a/>', '<a b="1"><c d="2">x</c>y</a>']) {
      const other = documentOf(body);
      expect(compileXPath('/*', NAMESPACES)(other)).toEqual(compileXPath('/child::*', NAMESPACES)(other));
      expect(compileXPath('//@*', NAMESPACES)(other)).toEqual(compileXPath('//attribute::*', NAMESPACES)(other));
    }
  });

  it('has no value for a document without root', () => {
    const empty = documentOf('<!DOCTYPE a>');
    expect(compileXPath('/*', NAMESPACES)(empty)).toEqual([]);
    expect(compileXPath('//@*', NAMESPACES)(empty)).toEqual([]);
  });

  it('selects each node once in a deep document', () => {
    const deep = documentOf(`${'<a b="1">'.repeat(200)}${'</a>'.repeat(200)}`);
    expect(compileXPath('//a//a//@b', NAMESPACES)(deep)).toHaveLength(199);
  });
});
