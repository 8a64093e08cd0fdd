/** Expressions that a log can be written by, put together at random. */
import { Seeded } from '../regex/seeded.ts';

/** Both servers know these, and they are the same for both. */
const WORDS = [
  '%{REQUEST_METHOD}',
  '%{REQUEST_URI}',
  '%{QUERY_STRING}',
  '%{REQUEST_STATUS}',
  '%{CONTENT_TYPE}',
  '%{HTTP_HOST}',
  '%{HTTP_REFERER}',
  '%{HTTP_USER_AGENT}',
  '%{HTTP_COOKIE}',
  '%{HTTP_ACCEPT}',
  '%{HTTP:X-Odd}',
  '%{REMOTE_ADDR}',
  '%{REMOTE_USER}',
  '%{SERVER_PROTOCOL}',
  '%{REQUEST_SCHEME}',
  '%{HTTPS}',
  '%{THE_REQUEST}',
  '%{HANDLER}',
  '%{IPV6}',
  '%{IS_SUBREQ}',
  "req('X-Choose')",
  "resp('Content-Type')",
  "reqenv('nothing')",
  "note('nothing')",
  'tolower(%{REQUEST_METHOD})',
  'toupper(%{HTTP_HOST})',
  'escape(%{REQUEST_URI})',
  'unescape(%{QUERY_STRING})',
  'base64(%{REQUEST_METHOD})',
  'md5(%{REQUEST_METHOD})',
  'sha1(%{REQUEST_STATUS})',
  '%{tolower:ABC}',
  "'%{REQUEST_METHOD} %{REQUEST_STATUS}'",
];
const TEXTS = [
  "''",
  "'GET'",
  "'POST'",
  "'/a'",
  "'200'",
  "'HTTP/1.1'",
  "'on'",
  "'off'",
  "'b\\'c'",
  '"text/html"',
  "'M'",
  '3',
  '404',
];
const NUMBERS = ['%{REQUEST_STATUS}', "req('X-Choose')", "'12abc'", "''", '200', '404', '1001', '3'];
const PATTERNS = [
  '/^G/',
  'm#/a#',
  'm#^/[a-z]*$#',
  '/t$/i',
  '/^$/',
  'm|40[34]|',
  '/=/',
  'm#html|plain#',
  '/^.{3,4}$/',
  '/"/',
  '/\\./',
];
const GLOBS = ["'*'", "'/*'", "'/a*'", "'*=*'", "'?ET'", "'[GP]*'", "'[!G]*'", "'*.html'", "'/*/?*'"];
const NETWORKS = ["'127.0.0.1'", "'127.0.0.0/8'", "'10'", "'127.0'", "'::1'", "'127.0.0.0/255.0.0.0'"];

/** Claims that some requests meet and others do not. */
const TELLING = [
  "%{REQUEST_METHOD} == 'GET'",
  "%{REQUEST_METHOD} -in { 'POST', 'PUT' }",
  '%{REQUEST_STATUS} -ge 400',
  '%{REQUEST_STATUS} =~ /^2/',
  '-n %{HTTP_REFERER}',
  '-z %{QUERY_STRING}',
  '%{QUERY_STRING} =~ /=/',
  "%{REQUEST_URI} -strmatch '/*/*'",
  "%{REQUEST_URI} -fnmatch '/*'",
  "req('X-Choose') -lt 4",
  '%{HTTP_HOST} == tolower(%{HTTP_HOST})',
  '%{HTTP_COOKIE} . %{HTTP_ACCEPT} !~ m#=#',
];

export function makeExpressions(seed: number, count: number): readonly string[] {
  const random = new Seeded(seed);
  return Array.from({ length: count }, () => condition(random, 3));
}

function condition(random: Seeded, depth: number): string {
  const choice = depth === 0 ? 9 : random.below(10);
  switch (choice) {
    case 0:
      return `!(${condition(random, depth - 1)})`;
    case 1:
    case 2:
      return `(${condition(random, depth - 1)}) && ${condition(random, depth - 1)}`;
    case 3:
    case 4:
      return `${condition(random, depth - 1)} || ${condition(random, depth - 1)}`;
    case 5:
      return `! ${claim(random)}`;
    default:
      return claim(random);
  }
}

function claim(random: Seeded): string {
  if (random.oneIn(2)) return random.pick(TELLING);
  const word = random.oneIn(6) ? `${random.pick(WORDS)} . ${random.pick(TEXTS)}` : random.pick(WORDS);
  switch (random.below(9)) {
    case 0:
      return `${random.pick(['-n', '-z', '-T'])} ${random.pick(WORDS)}`;
    case 1:
    case 2:
      return `${word} ${random.pick(['==', '!=', '<', '<=', '>', '>='])} ${random.pick(TEXTS)}`;
    case 3:
      return `${random.pick(NUMBERS)} ${random.pick(['-eq', '-ne', '-lt', '-le', '-gt', '-ge'])} ${random.pick(NUMBERS)}`;
    case 4:
      return `${word} ${random.pick(['=~', '!~'])} ${random.pick(PATTERNS)}`;
    case 5:
      return `${word} -in { ${random.pick(TEXTS)}, ${random.pick(TEXTS)}, ${random.pick(WORDS)} }`;
    case 6:
      return `${word} ${random.pick(['-strmatch', '-strcmatch', '-fnmatch'])} ${random.pick(GLOBS)}`;
    case 7:
      return random.oneIn(2) ? `-R ${random.pick(NETWORKS)}` : `%{REMOTE_ADDR} -ipmatch ${random.pick(NETWORKS)}`;
    default:
      return random.pick(['true', 'false']);
  }
}
