/** Requests that both servers take, with everything in them that a log line could stumble over. */
import { Seeded } from '../regex/seeded.ts';

export interface LoggedRequest {
  /** Connections are kept between requests of the same number. */
  readonly connection: number;
  readonly bytes: string;
  readonly method: string;
  readonly isLast: boolean;
}

const METHODS = ['GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'DELETE'];
/** Odd bytes a header value may hold: quotes, backslashes, tabs, and everything above ASCII. */
const ODD = ['"', '\\', '\t', "'", '\x80', '\xe9', '\xff', '%', '{', '}', '<', '>', ',', ';', '=', ' ', 'a', 'Z', '0'];
/** Encoded as Apache would encode them, which writes the path it sends on anew. */
const SEGMENTS = [
  'a',
  'b-c',
  'caf%C3%A9',
  'x%20y',
  '%22q%22',

  'z%7F',
  'p~q',
  "it's",

  '(1)',
  'a,b',
  'k=v',
  'u%FF',
];
const QUERIES = ['', '?', '?a=1', '?a=%22&b=%5c', '?q=x+y%0A', "?it's", '?a?b', '?%zz', '?a=1&a=2;c'];
const COOKIES = [
  'session=abc',
  'SESSION = d=e ',
  'empty=',
  'a="quoted"',
  'b',
  '=c',
  'theme=d\\e',
  'a=\xe9',
  ' a = 1 2 ',
  'none2=x',
];

/** `answers`: how many answers the application knows. Every connection ends with a request that closes it. */
export function makeRequests(seed: number, count: number, answers: number): readonly LoggedRequest[] {
  const random = new Seeded(seed);
  const requests: LoggedRequest[] = [];
  let connection = 0;
  for (let made = 0; made < count; made++) {
    const isLast = made === count - 1 || random.oneIn(5);
    requests.push({ connection, isLast, ...oneRequest(random, answers, isLast) });
    if (isLast) connection++;
  }
  return requests;
}

function oneRequest(
  random: Seeded,
  answers: number,
  isLast: boolean,
): { readonly bytes: string; readonly method: string } {
  const method = random.pick(METHODS);
  const path = Array.from({ length: random.below(4) }, () => `/${random.pick(SEGMENTS)}`).join('') || '/';
  const lines = [
    `${method} ${path}${random.pick(QUERIES)} HTTP/1.1`,
    `Host: ${random.pick(['www.example.test:8088', 'WWW.example.TEST'])}`,
  ];
  lines.push(`X-Choose: ${random.below(answers)}`);
  if (random.oneIn(2)) lines.push(`Referer: ${odd(random)}`);
  if (random.oneIn(2)) lines.push(`User-Agent: ${odd(random)}`);
  if (random.oneIn(2)) lines.push(`X-Odd: ${odd(random)}`);
  if (random.oneIn(6)) lines.push(`X-Odd:${odd(random)}`);
  if (random.oneIn(2))
    lines.push(`Cookie: ${Array.from({ length: 1 + random.below(4) }, () => random.pick(COOKIES)).join(';')}`);
  if (random.oneIn(3)) lines.push('Accept: */*');
  if (isLast) lines.push('Connection: close');
  let body = '';
  if (method === 'POST' || method === 'PUT') {
    const text = 'x'.repeat(random.below(3000));
    if (random.oneIn(3)) {
      lines.push('Transfer-Encoding: chunked', 'Trailer: Trailing');
      body = `${text === '' ? '' : `${text.length.toString(16)}\r\n${text}\r\n`}0\r\nTrailing: ${random.pick(['t1', 'o"d\\d'])}\r\n\r\n`;
    } else {
      lines.push(`Content-Length: ${text.length}`, 'Content-Type: text/plain; charset=x');
      body = text;
    }
  }
  return { method, bytes: `${lines.join('\r\n')}\r\n\r\n${body}` };
}

/** Without blanks at its ends, which belong to no value. */
function odd(random: Seeded): string {
  return `<${Array.from({ length: random.below(8) }, () => random.pick(ODD)).join('')}>`;
}
