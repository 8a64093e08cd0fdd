import type { HeaderList } from '../../packages/engine/src/contract.ts';
import { Seeded } from '../regex/seeded.ts';
import { ANSWERS } from './answers.ts';
import { NAMES, VALUES } from './words.ts';

/** A request as it goes over the wire. */
export interface WireRequest {
  /** Value of `X-Case`, by which log lines find their request. */
  readonly label: string;
  readonly method: string;
  readonly uri: string;
  readonly protocol: string;
  readonly headers: HeaderList;
  /** The content, without the framing of chunks. */
  readonly body: string;
  readonly isChunked: boolean;
  /** Which of {@link ANSWERS} the application gives. */
  readonly answer: number;
}

export function wireText(request: WireRequest): string {
  const { method, uri, protocol, headers, body, isChunked } = request;
  const head = [`${method} ${uri} ${protocol}`, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''].join(
    '\r\n',
  );
  if (!isChunked) return head + body;
  const middle = Math.floor(body.length / 2);
  const chunks = [body.slice(0, middle), body.slice(middle)].filter((chunk) => chunk !== '');
  return `${head}${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`;
}

/** Requests made from a seed alone. */
export function makeRequests(seed: number, count: number, separator: string): readonly WireRequest[] {
  const maker = new RequestMaker(new Seeded(seed ^ 0x5eed), separator);
  return Array.from({ length: count }, (_, index) => maker.make(`c${seed.toString(36)}-${index}`));
}

class RequestMaker {
  readonly #random: Seeded;
  readonly #separator: string;

  constructor(random: Seeded, separator: string) {
    this.#random = random;
    this.#separator = separator;
  }

  make(label: string): WireRequest {
    const random = this.#random;
    const [contentType, body] = random.oneIn(3) ? [undefined, ''] : this.#body();
    const hasBody = contentType !== undefined || body !== '';
    const isChunked = hasBody && random.oneIn(6);
    const answer = random.below(ANSWERS.length);
    const headers: (readonly [string, string])[] = [
      ['Host', random.pick(['example.test', 'EXAMPLE.test:8080', 'localhost', '127.0.0.1'])],
      ['X-Case', label],
      ['X-Answer', String(answer)],
      ...this.#headers(),
      ...(contentType === undefined ? [] : [['Content-Type', contentType] as const]),
      ...(isChunked
        ? [['Transfer-Encoding', 'chunked'] as const]
        : hasBody
          ? [['Content-Length', String(body.length)] as const]
          : []),
      ['Connection', 'close'],
    ];
    return {
      label,
      method: hasBody
        ? random.pick(['POST', 'POST', 'PUT', 'PATCH', 'GET'])
        : random.pick(['GET', 'GET', 'GET', 'OPTIONS', 'DELETE', 'PROPFIND']),
      uri: this.#uri(),
      protocol: random.oneIn(20) && !isChunked ? 'HTTP/1.0' : 'HTTP/1.1',
      headers,
      body,
      isChunked,
      answer,
    };
  }

  #uri(): string {
    const random = this.#random;
    const path = random.pick([
      '/',
      '/a/b.php',
      '/a//b/../c',
      '/%61dmin/x',
      '/a/./b',
      '/caf%c3%a9',
      '/index.html;v=1',
      '/a%20b/c+d',
      '/x/%2e%2e/y',

      '/%41%62/%zz'.slice(0, 7),
      '/dir/',
      '/a:b',
      '/~u/$x',
    ]);
    const query = random.oneIn(4)
      ? random.pick(['', '?', '?&', '?a', '?=v', '?a=1&&b=2&', '?a==', '?%', '?a=%2', '?a=b?c=d'])
      : `?${this.#pairs()}`;
    const prefix = random.oneIn(25) ? 'http://example.test' : '';
    return `${prefix}${path}${query}`;
  }

  #pairs(): string {
    const pieces = Array.from({ length: 1 + this.#random.below(4) }, () => {
      const name = this.#encode(this.#random.pick(NAMES));
      return this.#random.oneIn(8) ? name : `${name}=${this.#encode(this.#value())}`;
    });
    return pieces.join(this.#random.oneIn(10) ? '&' : this.#separator);
  }

  #value(): string {
    const random = this.#random;
    const value = random.pick(VALUES);
    if (random.oneIn(6)) return value + random.pick(VALUES);
    if (random.oneIn(10)) return value + String.fromCharCode(random.below(256));
    return value;
  }

  /** Always what must be, sometimes more, sometimes a space as plus, sometimes twice. */
  #encode(text: string): string {
    const isGenerous = this.#random.oneIn(3);
    let encoded = '';
    for (const byte of text) {
      const isPlain = /[\w.,:;/'()*~$!@-]/.test(byte) && byte < '\x7f' && byte !== this.#separator;
      if (byte === ' ' && this.#random.oneIn(2)) encoded += '+';
      else if (isPlain && !(isGenerous && this.#random.oneIn(3))) encoded += byte;
      else if (byte === '%' && this.#random.oneIn(4)) encoded += byte;
      else encoded += `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
    }
    return encoded;
  }

  #headers(): readonly (readonly [string, string])[] {
    const random = this.#random;
    const headers: (readonly [string, string])[] = [];
    const field = (): string =>
      this.#value()
        .replaceAll(/[\0-\x08\n-\x1f\x7f]/g, '')
        .replaceAll(/^[ \t]+|[ \t]+$/g, '');
    if (!random.oneIn(3))
      headers.push([random.pick(['User-Agent', 'user-agent']), random.oneIn(2) ? 'Mozilla/5.0 (x; y)' : field()]);
    if (random.oneIn(2)) headers.push(['X-A', field()]);
    if (random.oneIn(4)) headers.push([random.pick(['x-a', 'X-A', 'X-a']), field()]);
    if (random.oneIn(3)) headers.push(['Cookie', this.#cookies()]);
    if (random.oneIn(8)) headers.push(['Cookie', this.#cookies()]);
    if (random.oneIn(6)) headers.push(['X-End', String(random.below(12))]);
    if (random.oneIn(10)) headers.push(['Authorization', random.pick(['Basic dXNlcjpwYXNz', 'Bearer abc'])]);
    if (random.oneIn(8)) headers.push(['Accept', random.pick(['*/*', 'text/html, text/*;q=0.5'])]);
    return headers;
  }

  /** Without blanks at the ends, which belong to no field value. */
  #cookies(): string {
    return this.#cookieText().replaceAll(/^[ \t]+|[ \t]+$/g, '');
  }

  #cookieText(): string {
    const random = this.#random;
    if (random.oneIn(3)) {
      return random.pick([
        'a=1; b=2',
        'a=1;b=2;;c',
        ' a = 1 ; id = x',
        'a=1, b=2',
        'a=1; b=2, c=3',
        '$Version=1; a="x"; $Path="/"; b="y;z"',
        '"$Version"=1; a=b',
        'a="quoted value"; q="un',
        '=v; a',
        'a==b; a=2',
        ';;',
        'a',
        'id=%41%20b; A=%zz',
        '$Version="1", id="7"; $Domain=x',
        'a=b=c;  ',
      ]);
    }
    return Array.from({ length: 1 + random.below(3) }, () => {
      const value = this.#value().replaceAll(/[\0-\x1f\x7f]/g, '');
      return `${random.pick(NAMES).trim()}=${value}`;
    })
      .join('; ')
      .trim();
  }

  #body(): readonly [type: string | undefined, body: string] {
    const random = this.#random;
    switch (random.below(8)) {
      case 0:
      case 1:
      case 2:
        return [
          random.pick([
            'application/x-www-form-urlencoded',
            'application/x-www-form-urlencoded; charset=utf-8',
            'Application/X-WWW-Form-Urlencoded',
          ]),
          random.oneIn(8) ? random.pick(['', '&', 'a', '=', '%', 'a=1&&b', 'a=%u0041']) : this.#pairs(),
        ];
      case 3:
      case 4:
        return this.#multipart();
      case 5:
        return ['application/json', this.#json()];
      case 6:
        return [random.pick(['text/xml', 'application/xml']), this.#xml()];
      default:
        return [random.pick(['text/plain', 'application/octet-stream', undefined]), this.#value()];
    }
  }

  #json(): string {
    const random = this.#random;
    if (random.oneIn(3)) {
      return random.pick([
        '',
        '{',
        '[1,2',
        '{"a":}',
        '5',
        '"x"',
        'null',
        '{"a":1,"a":2}',
        '{"":1}',
        '{"a.b":{"c":1},"d":2}',
        '[[1],[{"b":2}]]',
        '{"a":"\\u0041\\u00e9\\ud83d\\ude00\\n"}',
        '{"a":1}x',
        ' [1 , true,false,null,-1.50e+3] ',
        '{"a":{"b":{"c":{"d":1}}}}',
        '{"a":"\xff"}',
      ]);
    }
    const leaf = (): unknown =>
      random.pick<unknown>([
        1,
        -2.5,
        true,
        null,
        this.#text(),
        this.#text(),
        [1, 'a'],
        { k: this.#text() },
        [{ b: 1 }],
        [],
      ]);
    const made = Object.fromEntries(
      Array.from({ length: 1 + random.below(3) }, () => [random.pick(['a', 'id', 'q', 'x y', 'b']), leaf()]),
    );
    return Buffer.from(JSON.stringify(random.oneIn(4) ? [made, leaf()] : made), 'utf8').toString('latin1');
  }

  #text(): string {
    return Buffer.from(this.#random.pick(VALUES), 'latin1').toString('utf8').replaceAll('\ufffd', '?');
  }

  #xml(): string {
    const random = this.#random;
    const text = random
      .pick(VALUES)
      .replaceAll(/[^ -;=?-~]/g, '')
      .replaceAll('&', '');
    return random.pick([
      `<root><item id="1">${text}</item><item id="2">two</item></root>`,
      `<?xml version="1.0"?>\n<root xmlns:p="urn:p"><p:x id="7">${text}</p:x><item><![CDATA[<a>]]></item></root>`,
      '<root><item>1</item>',
      '<root a="&lt;&#65;">&amp;x<!-- c --><item/></root>',
      'not xml',
      '',
      '<root>&undefined;</root>',
      '<!DOCTYPE root [<!ENTITY e "v">]><root>&e;</root>',
      '<root><item>a</item> <item>b</item>\n</root>',
      '<a><b></a></b>',
    ]);
  }

  #multipart(): readonly [string, string] {
    const random = this.#random;
    const boundary = random.pick(['xyz', '----WebKit7', 'a b', "b'(1)+_.-"]);
    const end = random.oneIn(6) ? '\n' : '\r\n';
    const type = random.oneIn(3)
      ? random.pick([
          `multipart/form-data; boundary="${boundary}"`,
          `multipart/form-data boundary=${boundary}`,
          `multipart/form-data; boundary =${boundary}`,
          `multipart/form-data; boundary=${boundary}; charset=x`,
          'multipart/form-data',
          `Multipart/Form-Data;boundary=${boundary}`,
          `multipart/form-data; Boundary=${boundary}`,
          `multipart/form-data; charset=x; boundary=${boundary}`,
          'multipart/form-data; boundary=',
          `multipart/form-data; boundary="${boundary}`,
          `multipart/form-data; boundary= ${boundary}`,
        ])
      : `multipart/form-data; boundary=${boundary}`;
    const parts = Array.from({ length: random.oneIn(10) ? 0 : 1 + random.below(3) }, () => this.#part(boundary, end));
    const before = random.oneIn(12) ? `before${end}` : '';
    const after = random.oneIn(8) ? random.pick([end, 'after', `${end}after${end}`]) : '';
    const final = random.oneIn(10) ? '' : `--${boundary}--${random.oneIn(12) ? '' : end}`;
    return [type, `${before}${parts.join('')}${final}${after}`];
  }

  #part(boundary: string, end: string): string {
    const random = this.#random;
    const name = random.pick(NAMES);
    const disposition = random.oneIn(3)
      ? random.pick([
          `form-data; name='${name}'`,
          `form-data; name=${name}`,
          'form-data; name="a\\"b"',
          'form-data; name="a"; name="b"',
          'form-data',
          'form-data; name="a"; filename*=x',
          'attachment; name="a"',
          'form-data;name="a";filename=f.txt',
          `form-data; name="it's"`,
          'form-data; name="a" ; filename="c:\\\\f.php"',
          'form-data; filename="only.txt"',
          'form-data; name="a"; other="b"',
          'form-data; name="a',
        ])
      : random.oneIn(3)
        ? `form-data; name="${name}"; filename="${random.pick(['f.txt', 'shell.php', '', 'a"b'.replace('"', '\\"'), 'd/e.jpg'])}"`
        : `form-data; name="${name}"`;
    const extra = random.oneIn(4)
      ? random.pick([
          `Content-Type: text/plain${end}`,
          `X-Part: 1${end}  folded${end}`,
          `X-Part: 1${end}\tfolded${end}`,
          `Content-Type: a${end}Content-Type: b${end}`,
          `no colon${end}`,
          `X-Part:${end}`,
          `: empty${end}`,
          `content-transfer-encoding: base64${end}`,
        ])
      : '';
    const content = random.oneIn(6)
      ? random.pick([
          `--${boundary}x`,
          `--other${end}--x`,
          `a--${boundary}`,
          '',
          `line${end}line`,
          `a\n--${boundary.slice(1)}`,
          '-',
        ])
      : this.#value();
    const isHeadless = random.oneIn(30);
    const head = isHeadless ? '' : `Content-Disposition: ${disposition}${end}${extra}`;
    const empty = random.oneIn(30) ? '' : end;
    return `--${boundary}${end}${head}${empty}${content}${end}`;
  }
}
