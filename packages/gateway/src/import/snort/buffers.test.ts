import { describe, it } from 'vitest';
import { type Behaviour, expectInRequests, expectInResponses } from '../../../test/support/snort-rules.ts';

describe('buffers', () => {
  it.each<Behaviour>([
    ['uricontent:"/phf";', { uri: '/cgi-bin/phf?x' }, { uri: '/PHF' }],
    ['content:"/a b"; http_uri;', { uri: '/a%20b' }, { uri: '/a' }],
    ['content:"/etc/passwd"; http_uri;', { uri: '/x/..//etc/./passwd' }, { uri: '/etc' }],
    ['content:"../.."; http_uri;', { uri: '/a?f=../../x' }, { uri: '/a?f=../x' }],
    ['content:"a+b"; http_uri;', { uri: '/?a+b' }, { uri: '/?a' }],
    ['content:"%2e"; http_raw_uri;', { uri: '/%2e' }, { uri: '/.' }],
    ['http_uri:path; content:"secret";', { uri: '/secret?x' }, { uri: '/x?secret' }],
    ['http_raw_uri:query; content:"secret";', { uri: '/x?secret' }, { uri: '/secret?x' }],
    [
      'content:"POST"; http_method; content:"x="; http_client_body;',
      { method: 'POST', body: 'x=1' },
      { method: 'POST', body: 'y=1' },
      { uri: '/?x=1' },
    ],
    ['content:!"GET"; http_method;', { method: 'PUT' }, {}],
    [
      'content:"sqlmap"; http_header; nocase;',
      { headers: [['User-Agent', 'SQLMap/1']] },
      { headers: [['Cookie', 'sqlmap']] },
    ],
    [
      'content:!"evil"; http_header;',
      { headers: [['A', 'b']] },
      {
        headers: [
          ['A', 'evil'],
          ['B', 'c'],
        ],
      },
    ],
    ['content:!"ok"; http_cookie;', {}, { headers: [['Cookie', 'ok=1']] }],
    ['content:"id="; http_cookie;', { headers: [['Cookie', 'id=1']] }, { headers: [['X', 'id=']] }],
    ['http_param:"cmd"; content:"ls";', { uri: '/?cmd=ls' }, { uri: '/?c=ls' }],
  ])('%s', expectInRequests);

  it.each<Behaviour>([
    ['content:"500"; http_stat_code;', { status: 500 }, { status: 200 }],
    ['flow:to_client; content:"Reason"; http_stat_msg;', { status: 404 }],
    [
      'flow:to_client,established; file_data; content:"ODBC"; content:"err"; distance:1; within:8; nocase;',
      { answer: 'ODBC: ERR' },
      { answer: 'ODBCerr' },
    ],
    [
      'flow:from_server; content:"X-Powered-By|3a| PHP"; http_header;',
      { answerHeaders: [['X-Powered-By', 'PHP/5']] },
      { headers: [['X-Powered-By', 'PHP/5']] },
    ],
    [
      'flow:to_client; content:"track="; http_cookie;',
      { answerHeaders: [['Set-Cookie', 'track=1']] },
      { headers: [['Cookie', 'track=1']] },
    ],
    ['content:"root|3a|x"; ', { answer: 'root:x:0' }, { answer: 'root' }],
  ])('%s', expectInResponses);
});
