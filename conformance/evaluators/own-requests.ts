import { type Exchange, exchange } from './exchange.ts';

const browser = [
  ['Host', 'www.example.test'],
  ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'],
  ['Accept', 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8'],
  ['Cookie', 'session=8f7d2c; theme=dark; _ga=GA1.2.1'],
] as const;

const form = [...browser, ['Content-Type', 'application/x-www-form-urlencoded'], ['Content-Length', '100']] as const;

/** Requests to begin with, one or more for each rule of `own-rules.conf`; all others are made from these. */
export const ownExchanges: readonly Exchange[] = [
  ...[
    '/',
    '/shop/list.php?page=3&id=12&q=red+shoes&sort=price',
    '/index.PHP?x=a=b',
    '/admin/?token=;cat+/etc/passwd&q=%27+or+1=1--',
    '/?q=1;%63%61%74%20/etc/passwd',
    '/?q=%7c%20w\\hoami&q=`id`',
    "/?q=1'+union/**/select+password+from+users--",
    '/?q=SELECT%20a%20FROM%20b&password=select+x+from+y&csrf1=select+x+from+y',
    '/?q=%3Cscript%3Ealert(1)%3C/script%3E',
    '/?q=%26lt;script&x=java\\73 cript:alert(1)&y=onload%20=x',
    '/?q=..%2f..%2fetc/passwd&r=..%5c..%5cwindows',
    '/?q=%u002e%u002e/&r=%c0%ae&s=%e9&t=caf%c3%a9',
    '/?q=%zz&r=100%',
    '/?q=aaaaaab&r=aab&s=aaab',
    '/?q=d3AtYWRtaW4=&r=PHNjcmlwdD4=&s=bm90aGluZw==',
    '/?q=Secret&r=secret&s=drop+table&t=dropped&u=%3C?php',
    '/?q=4417123456789113&r=4417123456789112',
    '/?q=abc&r=def&s=bc%20d&t=abcd',
    '/?q=10.1.2.3&r=192.0.2.1',
    '/?q=&r=&s=abc&t=abcdefghijk',
    '/?q=a&r=xB&s=b%0ac',
    '/?q=12+and+34&r=5',
    '/?q=halt&r=select+a+from+b',
    '/?q=quiet&r=select+a+from+b',
    '/?q=1x&r=%00&s=%ff%fe',
    '/?%e9=x',
    '/?%c9=x',
  ].map((uri) => exchange({ method: 'GET', uri, headers: browser })),
  exchange({ method: 'DELETE', uri: '/x', protocol: 'HTTP/2.0', headers: [] }),
  exchange({
    method: 'GET',
    uri: 'http://other.test/x',
    headers: [
      ['X-Own', '<script>'],
      ['X-Other', 'union select'],
    ],
  }),
  exchange({ method: 'GET', uri: '/', headers: [...browser, ['Referer', 'http://x/<img src=x onerror=alert(1)>']] }),
  exchange({
    method: 'GET',
    uri: '/',
    headers: [
      ['User-Agent', 'sqlmap/1.7 bot'],
      ['Cookie', 'a=%3cb; _b=<; c=&lt;'],
    ],
  }),
  exchange(
    { method: 'POST', uri: '/save?step=2', headers: form },
    'first=Ann&last=O%27Brien&note=a+note;id&id=x1&page=7',
  ),
  exchange(
    { method: 'POST', uri: '/save', headers: form },
    `comment=${'words and more words '.repeat(30)}&code=%3C%3Fphp+echo`,
  ),
  exchange(
    {
      method: 'POST',
      uri: '/api',
      headers: [...browser, ['Content-Type', 'application/json'], ['Content-Length', '60']],
    },
    '{"name":"x","list":["a;id","<script>",1,null],"deep":{"q":"select a from b"}}',
  ),
  exchange(
    { method: 'POST', uri: '/api', headers: [...browser, ['Content-Type', 'text/xml'], ['Content-Length', '60']] },
    '<a b="x;id"><c>select a from b</c></a>',
  ),
  exchange(
    {
      method: 'POST',
      uri: '/up',
      headers: [...browser, ['Content-Type', 'multipart/form-data; boundary=xyz'], ['Content-Length', '200']],
    },
    '--xyz\r\nContent-Disposition: form-data; name="q"\r\n\r\n1;id\r\n--xyz\r\nContent-Disposition: form-data; name="f"; filename="a.php"\r\nContent-Type: text/plain\r\n\r\ncontent\r\n--xyz--\r\n',
  ),
  { ...exchange({ method: 'GET', uri: '/missing' }), response: { status: 404, protocol: 'HTTP/1.1', headers: [] } },
  exchange({ method: 'GET', uri: '/page', headers: browser }, '', '<html>ORA-01 error at Main.java:12</html>'),
  exchange(
    { method: 'GET', uri: '/page' },
    '',
    'main java, a whole\0 sentence on errors, Server Error in /x Application',
  ),
];
