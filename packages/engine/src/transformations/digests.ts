import { md5 as digestMd5 } from '../bytes/md5.ts';
import { sha1 as digestSha1 } from '../bytes/sha1.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';

export const md5: Transformation = defineTransformation({
  name: 'md5',
  summary: 'The raw 16 bytes of the MD5 digest; usually followed by hexEncode.',
  examples: [{ input: '', output: '\xd4\x1d\x8c\xd9\x8f\x00\xb2\x04\xe9\x80\x09\x98\xec\xf8\x42\x7e' }],
  apply: digestMd5,
});

export const sha1: Transformation = defineTransformation({
  name: 'sha1',
  summary: 'The raw 20 bytes of the SHA-1 digest; usually followed by hexEncode.',
  examples: [{ input: '', output: '\xda\x39\xa3\xee\x5e\x6b\x4b\x0d\x32\x55\xbf\xef\x95\x60\x18\x90\xaf\xd8\x07\x09' }],
  apply: digestSha1,
});
