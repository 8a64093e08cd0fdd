import { describe, it } from 'vitest';
import { type Behaviour, expectInRequests, expectNotConverted, snortRule } from '../../../test/support/snort-rules.ts';

describe('modifiers of a content', () => {
  it.each<Behaviour>([
    ['uricontent:"/phf"; nocase;', { uri: '/PHF' }, { uri: '/ph' }],
    [
      'http.user_agent; content:"curl"; startswith;',
      { headers: [['User-Agent', 'curl/8']] },
      { headers: [['User-Agent', 'libcurl']] },
    ],
    ['http.uri; content:".php"; endswith;', { uri: '/a.php' }, { uri: '/a.php?x' }],
    ['content:"/"; http_uri; urilen:>5;', { uri: '/12345' }, { uri: '/1234' }],
    ['content:"/"; http_uri; urilen:3<>4;', { uri: '/12' }, { uri: '/1' }, { uri: '/1234' }],
  ])('%s', expectInRequests);

  it.each([[snortRule('nocase; content:"x";'), 'nocase stands behind no content']])('%s', expectNotConverted);
});
