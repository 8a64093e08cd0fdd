import { expect, it } from 'vitest';
import { BodyRewrite } from './rewrite.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it.each([
  ['nothing replaced', '[', 0, ']', ['ab', 'c'], '[abc]'],
  ['all replaced', '[new', 3, ']', ['ab', 'c'], '[new]'],
  ['a beginning replaced, across chunks', 'new', 3, '', ['ab', 'cd', 'ef'], 'newdef'],
  ['a beginning replaced, at the end of a chunk', 'new', 2, '', ['ab', 'cd'], 'newcd'],
  ['more replaced than comes', 'new', 9, '', ['ab'], 'new'],
  ['no body at all', '[', 0, ']', [], '[]'],
])('%s', (_name, before, replaced, after, chunks, expected) => {
  const rewrite = new BodyRewrite(bytes(before), replaced, bytes(after));
  const sent = [rewrite.begin(), ...chunks.map((chunk) => rewrite.pass(bytes(chunk))), rewrite.end()];
  expect(Buffer.concat(sent).toString()).toBe(expected);
});
