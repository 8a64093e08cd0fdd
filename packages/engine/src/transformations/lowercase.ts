import { isUpper, lowerCase } from '../bytes/ascii.ts';
import { ByteSet } from '../bytes/byte-set.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';

export const lowercase: Transformation = defineTransformation({
  name: 'lowercase',
  summary: 'A-Z become a-z; all other bytes stay.',
  examples: [
    { input: 'SELECT 1', output: 'select 1' },
    { input: '\xc4\xd6 \xc3\x84', output: '\xc4\xd6 \xc3\x84' },
  ],
  apply: lowerCase,
  triggers: isUpper,
  brings: (byte) => (isUpper(byte) ? ByteSet.of(byte + 0x20) : ByteSet.NONE),
});
