import { ByteSet } from '../bytes/byte-set.ts';
import { decodeHtmlEntities } from '../bytes/html-entities.ts';
import { defineTransformation, type Transformation } from '../registry/transformation.ts';

/** Those that have names; of the others it takes the number, with a `#`. */
const NAMED = ByteSet.from([0x22, 0x26, 0x3c, 0x3e, 0xa0]);

export const htmlEntityDecode: Transformation = defineTransformation({
  name: 'htmlEntityDecode',
  summary: 'Decodes &#xHH; &#DD; &quot; &amp; &lt; &gt; &nbsp; once, with or without the semicolon.',
  examples: [
    { input: '&lt;script&GT;', output: '<script>' },
    { input: '&#x6a&#000118;ascript', output: 'jvascript' },
    { input: '&amp;lt;', output: '&lt;' },
    { input: '&ltfoo &eacute; &#; &', output: '&ltfoo &eacute; &#; &' },
    { input: '&#x2019;', output: '\x19' },
  ],
  apply: decodeHtmlEntities,
  triggers: (byte) => byte === 0x26,
  brings: (byte) => (byte === 0x23 ? ByteSet.ALL : byte === 0x26 ? NAMED : ByteSet.NONE),
});
