import { describe, it } from 'vitest';
import { type Behaviour, expectInRequests, expectNotConverted, snortRule } from '../../../test/support/snort-rules.ts';

describe('pcre', () => {
  it.each<Behaviour>([
    ['pcre:"/id=\\d+$/U";', { uri: '/?id=12' }, { uri: '/?id=x' }],
    ['pcre:"/UNION.+SELECT/Ui";', { uri: '/?union%20select' }, { uri: '/?union' }],
    ['pcre:"/a.b/U";', { uri: '/axb' }, { uri: '/a%0ab' }],
    ['pcre:"/a.b/Us";', { uri: '/a%0ab' }, { uri: '/ab' }],
    ['pcre:"m#^/x/#U";', { uri: '/x/' }, { uri: '/y/x/' }],
    ['pcre:!"/^\\/x/U";', { uri: '/y' }, { uri: '/x' }],
    [
      'pcre:"/^User-Agent\\x3a\\s+bot/Hmi";',
      { headers: [['User-Agent', 'Bot']] },
      { headers: [['User-Agent', 'a bot']] },
    ],
    [
      'content:"a="; http_client_body; pcre:"/^\\d{3}/PR";',
      { method: 'POST', body: 'a=123' },
      { method: 'POST', body: 'a=12' },
    ],
  ])('%s', expectInRequests);

  it.each([
    [snortRule('pcre:"/(x/U";'), 'missing closing parenthesis'],
    [snortRule('pcre:"/x/Uz";'), 'the flag z of pcre is not supported'],
    [snortRule('pcre:"x";'), 'the pcre has no delimiters'],
  ])('%s', expectNotConverted);
});
