import type * as LibXml from 'libxml2-wasm';
import { expect, it } from 'vitest';
import { xml } from '../../packages/engine/src/body-processors/xml.ts';
import { compileXPath } from '../../packages/engine/src/body-processors/xpath.ts';
import { parseBody } from '../../packages/engine/test/body-processors/parse-body.ts';
import { isLongRun, missing } from '../regex/peers.ts';
import { Seeded } from '../regex/seeded.ts';
import { RandomExpression, randomDocument } from './random-expression.ts';

const SEED = Number(process.env['SALLYPORT_SEED'] ?? 1);
const DOCUMENTS = isLongRun ? 2_000 : 100;
const EXPRESSIONS_PER_DOCUMENT = 50;
const NAMESPACES = new Map([['n', 'urn:n']]);

const lib = await import('libxml2-wasm').catch(() => undefined);

/** Our XPath and that of libxml2, which ModSecurity uses, on random expressions and documents. */
if (lib === undefined) missing('the package libxml2-wasm is not installed');
else {
  it(`selects what libxml2 selects (seed ${SEED})`, () => {
    const random = new Seeded(SEED);
    const expressions = new RandomExpression(random);
    const differences: unknown[] = [];
    let selected = 0;
    for (let count = 0; count < DOCUMENTS; count++) {
      const source = randomDocument(random);
      const document = parseBody(xml, [source]).xml;
      if (document === undefined) throw new Error(`not parsed: ${source}`);
      const reference = lib.XmlDocument.fromBuffer(Buffer.from(source, 'latin1'));
      for (let index = 0; index < EXPRESSIONS_PER_DOCUMENT; index++) {
        const expression = expressions.nodes();
        const own = [...compileXPath(expression, NAMESPACES).select(document, () => true)].sort();
        const theirs = valuesOf(expression, reference);
        selected += own.length;
        if (JSON.stringify(own) !== JSON.stringify(theirs)) differences.push({ source, expression, own, theirs });
      }
      reference.dispose();
    }
    expect(differences.slice(0, 5)).toEqual([]);
    expect(selected).toBeGreaterThan(DOCUMENTS * EXPRESSIONS_PER_DOCUMENT);
  });

  function valuesOf(expression: string, document: LibXml.XmlDocument): string[] {
    // The context node of a rule is the document; of the package's `eval` it is the root element.
    const [top] = document.find('/');
    const found = top?.eval(Buffer.from(expression, 'latin1').toString('utf8'), Object.fromEntries(NAMESPACES));
    if (!Array.isArray(found)) throw new Error(`${expression} gives no nodes`);
    return found.map((node) => Buffer.from(node.content, 'utf8').toString('latin1')).sort();
  }
}
