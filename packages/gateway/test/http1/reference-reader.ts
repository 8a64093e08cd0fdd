/** RFC 9112 read as strictly as it can be, by other code than the gate's: what of some bytes may ever become requests. */

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** `METHOD target|body` of each request up to the first doubt. `bytes`: all that a client sends on one connection. */
export function readStrictly(bytes: string): readonly string[] {
  const found: string[] = [];
  for (let at = 0; ; ) {
    if (bytes.startsWith('\r\n', at)) at += 2;
    const end = bytes.indexOf('\r\n\r\n', at);
    if (end < 0) return found;
    const [line = '', ...fields] = bytes.slice(at, end).split('\r\n');
    const parts = /^([A-Z]+ [\x21-\x7e\x80-\xff]+) HTTP\/1\.[01]$/.exec(line);
    const framing = framingOf(fields);
    if (parts === null || framing === undefined) return found;
    const body = framing === 'chunked' ? readChunks(bytes, end + 4) : readLength(bytes, end + 4, framing);
    if (body === undefined) return found;
    found.push(`${parts[1]}|${body.text}`);
    at = body.end;
  }
}

interface Body {
  readonly text: string;
  readonly end: number;
}

function framingOf(fields: readonly string[]): number | 'chunked' | undefined {
  let length: number | undefined;
  let isChunked = false;
  for (const field of fields) {
    const pair = split(field);
    if (pair === undefined) return undefined;
    const [name, value] = pair;
    if (name === 'content-length') {
      if (length !== undefined || !/^\d{1,15}$/.test(value)) return undefined;
      length = Number(value);
    } else if (name === 'transfer-encoding') {
      if (isChunked || value.toLowerCase() !== 'chunked') return undefined;
      isChunked = true;
    }
  }
  if (isChunked) return length === undefined ? 'chunked' : undefined;
  return length ?? 0;
}

function split(field: string): readonly [name: string, value: string] | undefined {
  const colon = field.indexOf(':');
  const name = field.slice(0, Math.max(colon, 0));
  const value = field.slice(colon + 1);
  if (!TOKEN.test(name) || !VALUE.test(value)) return undefined;
  return [name.toLowerCase(), value.replace(/^[ \t]+|[ \t]+$/g, '')];
}

function readLength(bytes: string, from: number, length: number): Body | undefined {
  const end = from + length;
  return end > bytes.length ? undefined : { text: bytes.slice(from, end), end };
}

function readChunks(bytes: string, from: number): Body | undefined {
  let text = '';
  for (let at = from; ; ) {
    const line = lineAt(bytes, at);
    if (line === undefined || !/^[0-9a-fA-F]{1,8}$/.test(line)) return undefined;
    const data = at + line.length + 2;
    const size = Number.parseInt(line, 16);
    if (size === 0) return readTrailers(bytes, data, text);
    text += bytes.slice(data, data + size);
    at = data + size + 2;
    if (bytes.slice(data + size, at) !== '\r\n') return undefined;
  }
}

function readTrailers(bytes: string, from: number, text: string): Body | undefined {
  for (let at = from; ; ) {
    const line = lineAt(bytes, at);
    if (line === undefined) return undefined;
    at += line.length + 2;
    if (line === '') return { text, end: at };
    if (split(line) === undefined) return undefined;
  }
}

/** Without its end; undefined where there is none. */
function lineAt(bytes: string, from: number): string | undefined {
  const end = bytes.indexOf('\r\n', from);
  return end < 0 ? undefined : bytes.slice(from, end);
}
