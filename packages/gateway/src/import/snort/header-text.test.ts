import { describe, it } from 'vitest';
import { type Behaviour, expectInRequests, expectNotConverted, snortRule } from '../../../test/support/snort-rules.ts';

describe('names of headers in a content', () => {
  it.each<Behaviour>([
    [
      'content:"User-Agent|3A 20|sqlmap"; http_header;',
      { headers: [['user-agent', 'sqlmap/1']] },
      { headers: [['user-agent', 'a sqlmap']] },
      { headers: [['X', 'sqlmap']] },
    ],
    [
      'content:"User-Agent|3a| x|0d 0a|"; http_header;',
      { headers: [['User-Agent', 'x']] },
      { headers: [['User-Agent', 'xy']] },
    ],
    ['content:"X-Evil|3a|"; http_header;', { headers: [['X-Evil', '1']] }, { headers: [['X-Good', '1']] }],
    ['content:!"Referer|3a|"; http_header;', {}, { headers: [['Referer', 'x']] }],
    [
      'content:"Host|3a| "; content:!"|0a|"; within:300;',
      { headers: [['Host', 'a'.repeat(300)]] },
      { headers: [['Host', 'a'.repeat(200)]] },
    ],
    [
      'content:"Host|3a|"; http_header; content:"bad"; distance:0; http_header;',
      { headers: [['Host', 'x.bad']] },
      { headers: [['X', 'bad']] },
    ],
  ])('%s', expectInRequests);

  it.each([
    [snortRule('content:"a|0d 0a|b"; http_header;'), 'over several header lines'],
    [snortRule('content:"|0d 0a 0d 0a|";'), 'a line end between headers'],
  ])('%s', expectNotConverted);
});
