import { ByteSet } from '../bytes/byte-set.ts';
import { decodeUrlEncoded } from '../bytes/url.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';

const SPACE = ByteSet.of(0x20);

export const urlDecode: Transformation = defineTransformation({
  name: 'urlDecode',
  summary: '%HH becomes the byte, + a space; anything else, broken escapes included, stays.',
  examples: [
    { input: 'a%3Cb+c', output: 'a<b c' },
    { input: '%zz%4%', output: '%zz%4%' },
    { input: '%2541', output: '%41' },
  ],
  apply: (value) => decodeUrlEncoded(value).value,
  triggers: (byte) => byte === 0x25 || byte === 0x2b,
  brings: (byte) => (byte === 0x25 ? ByteSet.ALL : byte === 0x2b ? SPACE : ByteSet.NONE),
});
