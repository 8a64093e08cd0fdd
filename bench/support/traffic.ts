import type { HeaderList, RequestHead, TransactionRecord, Waf } from '../../packages/engine/src/contract.ts';

/** A request as a server hands it on: every text fresh from the wire, so that nothing has been hashed or seen before. */
export interface WireRequest {
  readonly head: RequestHead;
  readonly body: Uint8Array | undefined;
}

const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36';

function word(): string {
  return Math.random().toString(36).slice(2, 10);
}

function browserHeaders(): HeaderList {
  return [
    ['Host', 'www.example.com'],
    ['Connection', 'keep-alive'],
    ['sec-ch-ua', '"Chromium";v="124", "Google Chrome";v="124", "Not-A.Brand";v="99"'],
    ['Upgrade-Insecure-Requests', '1'],
    ['User-Agent', agent],
    ['Accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'],
    ['Sec-Fetch-Site', 'same-origin'],
    ['Referer', `https://www.example.com/shop/${word()}`],
    ['Accept-Encoding', 'gzip, deflate, br'],
    ['Accept-Language', 'en-US,en;q=0.9,de;q=0.8'],
    ['Cookie', `session=${word()}${word()}; theme=dark; _ga=GA1.2.${Math.floor(Math.random() * 1e9)}.1700000000`],
  ];
}

/** A page view: 11 headers, 3 cookies, 4 arguments. */
export function browserGet(): WireRequest {
  const uri = `/shop/products/item-${word()}?category=shoes&page=3&q=red+running+${word()}&sort=price_asc`;
  return fromWire({ head: { method: 'GET', uri, protocol: 'HTTP/1.1', headers: browserHeaders() }, body: undefined });
}

/** A form with 12 fields. */
export function formPost(): WireRequest {
  const fields = [
    `first_name=John${word()}`,
    'last_name=O%27Brien',
    `email=john.${word()}%40example.com`,
    'address=12+Main+Street%2C+Apt.+4',
    'city=Springfield',
    'zip=12345',
    'country=US',
    'phone=%2B1+555+123+4567',
    `comment=Hello%2C+I+would+like+to+order+two+of+these%2C+please+${word()}.`,
    'newsletter=on',
    `csrf_token=${word()}${word()}${word()}`,
    'submit=Send+order',
  ];
  const body = Buffer.from(fields.join('&'), 'latin1');
  const headers: HeaderList = [
    ...browserHeaders(),
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['Content-Length', String(body.length)],
  ];
  return fromWire({ head: { method: 'POST', uri: '/checkout/submit?step=2', protocol: 'HTTP/1.1', headers }, body });
}

/** Takes a request through all phases; the answer is an empty page. */
export function inspect(waf: Waf, { head, body }: WireRequest): TransactionRecord {
  const transaction = waf.openTransaction({
    id: 'bench',
    clientAddress: '192.0.2.1',
    clientPort: 40000,
    serverAddress: '192.0.2.2',
    serverPort: 80,
  });
  transaction.processRequestHeaders(head);
  if (body !== undefined) transaction.writeRequestBody(body);
  transaction.processRequestBody();
  transaction.processResponseHeaders({ status: 200, protocol: 'HTTP/1.1', headers: [['Content-Type', 'text/html']] });
  transaction.processResponseBody();
  const record = transaction.processLogging();
  if (record instanceof Promise) throw new Error('these rules never wait');
  return record;
}

function fromWire({ head, body }: WireRequest): WireRequest {
  const fresh = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');
  return {
    head: {
      method: fresh(head.method),
      uri: fresh(head.uri),
      protocol: fresh(head.protocol),
      headers: head.headers.map(([name, value]) => [fresh(name), fresh(value)]),
    },
    body,
  };
}
