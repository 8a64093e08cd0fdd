/** The requests that are measured. Values are what browsers and APIs send; nothing in them is an attack but in `attack`. */
export interface BenchRequest {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Byte string. */
  readonly body: string;
  /** Whether the rules are expected to refuse it. */
  readonly isAttack: boolean;
}

const browserHeaders: BenchRequest['headers'] = [
  [
    'User-Agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  ],
  ['Accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8'],
  ['Accept-Language', 'en-US,en;q=0.9,de;q=0.8'],
  ['Accept-Encoding', 'gzip, deflate, br'],
  ['Referer', 'http://localhost/products/garden?page=2'],
  ['Cache-Control', 'max-age=0'],
  ['Upgrade-Insecure-Requests', '1'],
  ['Sec-Fetch-Dest', 'document'],
  ['Sec-Fetch-Mode', 'navigate'],
  ['Cookie', 'session=9f1c2d7ab34e4f0e; theme=dark; seen=2026-11-01'],
];

/** Every request carries fresh argument values, so that nothing is remembered by accident. */
export const FRESH = '{fresh}';

export const browserGet: BenchRequest = {
  name: 'browser GET',
  method: 'GET',
  path: `/products/garden?page=3&sort=price&q=rain+barrel+${FRESH}&view=list`,
  headers: browserHeaders,
  body: '',
  isAttack: false,
};

export const formPost: BenchRequest = {
  name: 'form POST, 12 fields',
  method: 'POST',
  path: '/checkout/address?step=2',
  headers: [...browserHeaders, ['Content-Type', 'application/x-www-form-urlencoded'], ['Origin', 'http://localhost']],
  body: [
    'first_name=Maria',
    'last_name=Fernandez',
    `email=maria.fernandez.${FRESH}%40example.com`,
    'phone=%2B49+170+5550101',
    'street=Lindenallee+12',
    'city=Hannover',
    'zip=30159',
    'country=DE',
    'delivery=standard',
    'newsletter=on',
    `note=Please+leave+the+parcel+with+the+neighbours+${FRESH}`,
    'terms=accepted',
  ].join('&'),
  isAttack: false,
};

export const jsonPost: BenchRequest = {
  name: 'JSON POST, 8 KB',
  method: 'POST',
  path: '/api/orders',
  headers: [...browserHeaders, ['Content-Type', 'application/json']],
  body: jsonBody(),
  isAttack: false,
};

export const upload: BenchRequest = {
  name: 'multipart upload, 1 MB',
  method: 'POST',
  path: '/upload',
  headers: [...browserHeaders, ['Content-Type', 'multipart/form-data; boundary=----form7d1a2b3c4d']],
  body: uploadBody(),
  isAttack: false,
};

export const attack: BenchRequest = {
  name: 'blocked attack',
  method: 'GET',
  path: `/item?id=${FRESH}%27+UNION+SELECT+password+FROM+users--+`,
  headers: browserHeaders,
  body: '',
  isAttack: true,
};

export const htmlResponse: BenchRequest = {
  name: 'HTML response, 50 KB',
  method: 'GET',
  path: `/page.html?n=${FRESH}`,
  headers: browserHeaders.filter(([name]) => name !== 'Accept-Encoding'),
  body: '',
  isAttack: false,
};

export const allRequests: readonly BenchRequest[] = [browserGet, formPost, jsonPost, upload, attack, htmlResponse];

function jsonBody(): string {
  const items = Array.from({ length: 45 }, (_, index) => ({
    sku: `G-${1000 + index}`,
    title: `Garden item number ${index} with a usual name`,
    quantity: (index % 5) + 1,
    price: { amount: 19.9 + index, currency: 'EUR' },
    tags: ['outdoor', 'sale'],
    gift: index % 2 === 0,
  }));
  return JSON.stringify({ customer: FRESH, items });
}

function uploadBody(): string {
  const boundary = '------form7d1a2b3c4d';
  const field = (name: string, value: string): string =>
    `${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  // Bytes of a photo: pseudo-random, the same in every run.
  let state = 7;
  const bytes = Array.from({ length: 1_048_576 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return String.fromCharCode((state >> 16) & 0xff);
  });
  const file = `${boundary}\r\nContent-Disposition: form-data; name="photo"; filename="garden.jpg"\r\nContent-Type: image/jpeg\r\n\r\n${bytes.join('')}\r\n`;
  return `${field('title', 'My garden')}${field('album', 'summer')}${file}${boundary}--\r\n`;
}
