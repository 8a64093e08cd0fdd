import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { loadJose } from './jose-library.ts';
import { parseKeySet } from './key-set.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jose = await loadJose();

it('a set of public keys is one', () => {
  const text = JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] });
  expect(parseKeySet(text, jose)).toMatchObject({ text });
});

it.each([
  ['', 'not JSON'],
  ['null', 'no JSON Web Key Set with a public key'],
  ['{"keys":{}}', 'no JSON Web Key Set with a public key'],
  ['{"keys":[]}', 'no JSON Web Key Set with a public key'],
  ['{"keys":[null,{"kty":"oct"}]}', 'no JSON Web Key Set with a public key'],
  [JSON.stringify({ keys: [privateKey.export({ format: 'jwk' })] }), 'the key set holds secret keys'],
  ['{"keys":[{"kty":"RSA"},{"kty":"oct","k":"AAAA"}]}', 'the key set holds secret keys'],
  [' '.repeat(70_000), 'a key set of more than 64 KiB'],
])('%.40s', (text, message) => expect(() => parseKeySet(text, jose)).toThrow(message));
