import { describe, expect, it } from 'vitest';
import { sampleExchange } from '../../../test/support/logged-exchange.ts';
import { compileExpression } from './compile.ts';
import { ExpressionError } from './lexer.ts';

const exchange = sampleExchange({
  status: 404,
  method: 'POST',
  path: '/Shop/a b',
  query: 'x=1',
  client: { address: '10.1.2.3', port: 4000 },
  user: 'ann',
  sentHeaders: { 'user-agent': 'Test/1.0', host: 'site.test', 'x-flag': 'Off' },
  answerHeaders: [['content-type', 'text/html']],
  variables: { seen: '1' },
});

it.each<[expression: string, holds: boolean]>([
  ['true', true],
  ['false', false],
  ['!true', false],
  ['not not true', true],
  ['true || false && false', true],
  ['(true || false) && false', false],
  ['!false && true', true],
  ["%{REQUEST_METHOD} == 'POST'", true],
  ['%{REQUEST_METHOD} = "POST"', true],
  ["%{REQUEST_METHOD} != 'GET' and %{HTTPS} == 'on'", true],
  ["'a' < 'b' && 'b' >= 'b' && '9' > '10'", true],
  ['%{REQUEST_STATUS} -ge 400', true],
  ['%{REQUEST_STATUS} -lt 400 or %{REQUEST_STATUS} eq 500', false],
  ["'x' -eq 0 && '12abc' -eq 12 && '-3' -lt 0", true],
  ["%{REQUEST_METHOD} in { 'GET', 'POST' }", true],
  ["%{REQUEST_METHOD} -in { 'GET' }", false],
  ['%{REQUEST_URI} =~ m#^/shop#', false],
  ['%{REQUEST_URI} =~ m#^/shop#i', true],
  ['%{REQUEST_URI} =~ /^\\/Shop\\/a b$/', true],
  ['%{REQUEST_URI} !~ /\\.png$/', true],
  ['-n %{REMOTE_USER} && -z %{REMOTE_IDENT}', true],
  ["-T req('X-Flag')", false],
  ["-T 'yes'", true],
  ["-R '10.1'", true],
  ["-R '10.1.0.0/255.255.255.0'", false],
  ["%{REMOTE_ADDR} -ipmatch '10.0.0.0/8'", true],
  ["%{REQUEST_URI} -strmatch '/Shop*'", true],
  ["%{REQUEST_URI} -strcmatch '/shop/?*b'", true],
  ["%{REQUEST_URI} -fnmatch '/*'", false],
  ["'a.c' -strmatch 'a.[!x-z]' && 'abc' -strmatch 'a.c'", false],
  ["'a*' -strmatch 'a\\\\*'", true],
  ["%{HTTP_USER_AGENT} . '|' . %{HTTP_HOST} == 'Test/1.0|site.test'", true],
  ["'%{REQUEST_METHOD}-%{QUERY_STRING}' == 'POST-x=1'", true],
  ['%{HTTP:user-agent} == %{http:User-Agent}', true],
  ["resp('Content-Type') == 'text/html' && %{CONTENT_TYPE} == 'text/html'", true],
  ["reqenv('seen') == '1' && note('seen') == env('seen')", true],
  ["reqenv('none') == ''", true],
  ["tolower('ABC') == 'abc' && toupper('a') == 'A' && unescape('%41') == 'A'", true],
  ["base64('ab') == 'YWI=' && unbase64('YWI=') == 'ab'", true],
  ["md5('') == 'd41d8cd98f00b204e9800998ecf8427e'", true],
  ["sha1('a') =~ /^86f7e437/", true],
  ["note('mod_security-time1') -eq 532", true],
  ['%{SERVER_PORT} -eq 443', true],
  ["'a\\'b' == \"a'b\"", true],
])('%s', (expression, holds) => {
  expect(compileExpression(expression)(exchange)).toBe(holds);
});

describe('what is refused', () => {
  it.each<[expression: string, column: number, message: string]>([
    ['', 1, 'a word is expected'],
    ["'a'", 4, 'a word has to be compared with something'],
    ["'a' == ", 8, 'a word is expected'],
    ['(true', 1, 'this "(" is never closed'],
    ['true true', 6, 'nothing is expected here any more'],
    ['%{NO_SUCH} == 1', 1, 'there is no variable NO_SUCH'],
    ["file('/etc/passwd') == ''", 1, 'there is no function file'],
    ["-f '/etc/passwd'", 1, '-f is not known here'],
    ["'a' =~ /(?=a)/", 8, 'look-around and references'],
    ["'a' =~ /(/", 8, 'missing closing parenthesis'],
    ["'a' =~ /a/ && $1 == 'a'", 15, 'groups of a match are not remembered'],
    ["'a' -ipmatch 'host'", 5, 'an address or a network is expected'],
    ["'a' -strmatch %{HTTP_HOST}", 5, 'the pattern has to be a fixed text'],
    ["'a' -nomatch 'b'", 5, '"-nomatch" compares nothing'],
    ["'a' in 'b'", 8, 'a list such as'],
    ["'a' == 'b", 8, 'this quote is never closed'],
    ["'a' # 'b'", 5, '"#" means nothing here'],
  ])('%s', (expression, column, message) => {
    try {
      compileExpression(expression);
      expect.unreachable();
    } catch (cause) {
      expect(cause).toBeInstanceOf(ExpressionError);
      expect(cause).toMatchObject({ column, message: expect.stringContaining(message) });
    }
  });
});
