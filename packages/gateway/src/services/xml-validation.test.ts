import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWaf, type Interruption } from '@sallyport/engine';
import { nodeFiles } from '@sallyport/engine/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processorTime } from '../../../engine/test/support/processor-time.ts';
import { libXml, xmlValidation } from './xml-validation.ts';

const SCHEMA = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:include schemaLocation="parts/kinds.xsd"/>
<xs:element name="order"><xs:complexType><xs:sequence>
<xs:element name="item" type="quantity" maxOccurs="3"/>
</xs:sequence></xs:complexType></xs:element></xs:schema>`;
const KINDS = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:simpleType name="quantity">
<xs:restriction base="xs:integer"><xs:minInclusive value="1"/></xs:restriction></xs:simpleType></xs:schema>`;
const DTD = '<!ELEMENT order (item+)>\n<!ELEMENT item (#PCDATA)>\n';

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xml-'));
  mkdirSync(join(folder, 'parts'));
  writeFileSync(join(folder, 'order.xsd'), SCHEMA);
  writeFileSync(join(folder, 'parts/kinds.xsd'), KINDS);
  writeFileSync(join(folder, 'order.dtd'), DTD);
  expect(() => xmlValidation.compile('dtd', DTD, 'order.dtd')).toThrow('npm install libxml2-wasm');
  expect(await libXml.load()).toBe(true);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function verdictOn(body: string, operator: string): Promise<Interruption | undefined> {
  const text = `SecRuleEngine On\nSecRequestBodyAccess On
SecAction "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule XML "@${operator}" "id:2,phase:2,deny,status:400,log"\n`;
  const waf = createWaf({ rules: [{ file: join(folder, 'a.conf'), text }], files: nodeFiles, xmlValidation });
  const end = { clientAddress: '192.0.2.1', clientPort: 1, serverAddress: '192.0.2.2', serverPort: 80 };
  const tx = waf.openTransaction({ id: 'a', ...end });
  const headers = [['Host', 'a'] as const, ['Content-Length', String(body.length)] as const];
  await tx.processRequestHeaders({ method: 'POST', uri: '/', protocol: 'HTTP/1.1', headers });
  tx.writeRequestBody(Buffer.from(body, 'latin1'));
  return await tx.processRequestBody();
}

describe('validation with libxml2', () => {
  it.each([
    ['validateSchema order.xsd', '<order><item>1</item></order>', undefined],
    ['validateSchema order.xsd', '<order><item>0</item></order>', /Schema validation failed: .*minInclusive/],
    ['validateSchema order.xsd', '<order/>', /Schema validation failed: .*Missing child element/],
    ['validateDTD order.dtd', '<order><item>x</item></order>', undefined],
    ['validateDTD order.dtd', '<order><price>x</price></order>', /DTD validation failed: .*price/],
    ['validateDTD order.dtd', `<?xml version="1.0" encoding="iso-8859-1"?><order><item>\xe9</item></order>`, undefined],
  ])('@%s on %s', async (operator, body, message) => {
    const verdict = await verdictOn(body, operator);
    if (message === undefined) expect(verdict).toBeUndefined();
    else expect(verdict?.message).toMatch(message);
  });

  it.each([
    ['schema', '<not-a-schema/>', 'is not a schema: '],
    ['dtd', '<!ELEMENT', 'is not a DTD: '],
  ] as const)('a broken %s is refused when it is loaded', (kind, text, message) => {
    expect(() => xmlValidation.compile(kind, text, join(folder, 'bad'))).toThrow(message);
  });

  it('files outside of the folder of a schema are not read', () => {
    const outside = SCHEMA.replace('parts/kinds.xsd', `../${folder.split('/').at(-1)}-other/kinds.xsd`);
    mkdirSync(`${folder}-other`);
    writeFileSync(join(`${folder}-other`, 'kinds.xsd'), KINDS);
    try {
      expect(() => xmlValidation.compile('schema', outside, join(folder, 'order.xsd'))).toThrow('is not a schema');
    } finally {
      rmSync(`${folder}-other`, { recursive: true });
    }
  });

  it('a document makes nobody fetch or expand anything', async () => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked++;
      response.end(DTD);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const validator = xmlValidation.compile('dtd', DTD, 'order.dtd');
    const schema = xmlValidation.compile('schema', SCHEMA, join(folder, 'order.xsd'));
    const laughs = Array.from({ length: 20 }, (_, at) => `<!ENTITY e${at + 1} "&e${at};&e${at};">`).join('');
    const documents = [
      `<!DOCTYPE order SYSTEM "${url}/a.dtd"><order><item>1</item></order>`,
      `<!DOCTYPE order [<!ENTITY x SYSTEM "file://${folder}/order.dtd">]><order><item>&x;</item></order>`,
      `<!DOCTYPE order [<!ENTITY % p SYSTEM "${url}/p">%p;]><order><item>1</item></order>`,
      `<!DOCTYPE order [<!ENTITY e0 "ha">${laughs}]><order><item>&e20;</item></order>`,
      `<order xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="${url}/s.xsd"><item>1</item></order>`,
    ];
    const none = { kind: 'document', start: 0, end: 0, order: 0, children: [], documentText: '', attributeValues: [] };
    const started = processorTime();
    for (const source of documents) {
      for (const one of [validator, schema]) expect(one.validate(source, none as never) ?? '').not.toContain('ELEMENT');
    }
    expect(processorTime() - started).toBeLessThan(5000);
    server.close();
    expect(asked).toBe(0);
  });
});
