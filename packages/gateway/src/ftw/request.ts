import type { Header, StageInput } from './test-file.ts';

/**
 * The bytes of a stage's request, put together as go-ftw does: nothing is checked, headers go out as written, and with
 * `autocomplete_headers` a form type for data without one, `Connection: close` and `Content-Length` are added when
 * absent. Form data that has no escapes is escaped; line ends of multipart data become CRLF.
 */
export function buildRequest(input: StageInput, cookie?: string): string {
  if (input.rawRequest !== undefined) return input.rawRequest;
  const headers: Header[] = [...input.headers];
  let data = input.data ?? '';
  const complete = input.autocompleteHeaders;
  if (cookie !== undefined && !has(headers, 'cookie')) headers.push(['Cookie', cookie]);
  if (data !== '' && complete) {
    if (!has(headers, 'content-type')) headers.push(['Content-Type', FORM_TYPE]);
    if (headers.some(([name, value]) => is(name, 'content-type') && is(value, FORM_TYPE))) data = escapeForm(data);
  }
  if (
    headers.some(([name, value]) => is(name, 'content-type') && value.toLowerCase().includes('multipart/form-data;'))
  ) {
    data = data.replaceAll('\n', '\r\n');
  }
  if (complete) {
    if (!has(headers, 'connection')) headers.push(['Connection', 'close']);
    if (!has(headers, 'content-length') && (data !== '' || mayHaveBody(input.method))) {
      headers.push(['Content-Length', String(data.length)]);
    }
  }
  let head = `${input.method} ${input.uri} ${input.version}\r\n`;
  for (const [name, value] of headers) head += `${name}: ${value}\r\n`;
  return `${head}\r\n${data}`;
}

const FORM_TYPE = 'application/x-www-form-urlencoded';

const is = (text: string, lower: string): boolean => text.toLowerCase() === lower;
const has = (headers: readonly Header[], name: string): boolean => headers.some(([one]) => is(one, name));

/** go-ftw's pattern is `^POST|PUT|PATCH|DELETE$`, whose ends bind to the outer words only. */
function mayHaveBody(method: string): boolean {
  return method.startsWith('POST') || method.includes('PUT') || method.includes('PATCH') || method.endsWith('DELETE');
}

/** Escapes names and values unless unescaping would change the text, in which case it is taken to be escaped already. */
function escapeForm(data: string): string {
  if (data.includes('%') || data.includes('+')) return data;
  return data
    .replace(/&$/, '')
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0
        ? queryEscape(pair)
        : `${queryEscape(pair.slice(0, equals))}=${queryEscape(pair.slice(equals + 1))}`;
    })
    .join('&');
}

/** Go's `url.QueryEscape` over bytes: letters, digits and `-_.~` stay, a space becomes `+`. */
function queryEscape(text: string): string {
  let out = '';
  for (let index = 0; index < text.length; index++) {
    const char = text[index]!;
    if (/[A-Za-z0-9\-_.~]/.test(char)) out += char;
    else out += char === ' ' ? '+' : `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}
