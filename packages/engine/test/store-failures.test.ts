import { expect, it } from 'vitest';
import { type CollectionStore, createWaf } from '../src/index.ts';

const rules = `SecRuleEngine On
SecAction "id:1,phase:1,nolog,pass,initcol:ip=%{REMOTE_ADDR},setvar:ip.n=+1"`;

it.each([
  [
    'throws',
    () => {
      throw new Error('disk gone');
    },
  ],
  ['rejects', () => Promise.reject(new Error('disk gone'))],
])('a store that %s when records are stored is reported, and the exchange still ends', async (_how, update) => {
  const store: CollectionStore = { load: () => undefined, update, delete: () => {} };
  const waf = createWaf({ rules: [{ file: 'rules.conf', text: rules }], collections: store });
  const tx = waf.openTransaction({
    id: 'u',
    clientAddress: '192.0.2.1',
    clientPort: 1,
    serverAddress: '192.0.2.2',
    serverPort: 80,
  });
  await tx.processRequestHeaders({ method: 'GET', uri: '/', protocol: 'HTTP/1.1', headers: [] });
  const record = await tx.processLogging();
  expect(record.messages.map(({ text }) => text)).toEqual(['Persistent collections could not be stored: disk gone']);
});
