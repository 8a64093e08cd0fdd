import { connect, type Socket } from 'node:net';

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** What came back over a raw connection. */
export interface RawResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Everything received, head included. */
  readonly raw: string;
}

/** No usable answer: refused, cut, silent, or not HTTP. */
export class ExchangeError extends Error {}

const CONNECT_TIMEOUT = 3000;
/** How long to wait for the server to close after a complete answer that announced it, in milliseconds. */
const CLOSE_GRACE = 250;

/**
 * Sends bytes over a new connection and reads the answer. Where the answer says `Connection: close`, waits for the close:
 * a server that logs at the end of a request has then done so, and the log can be read without a race.
 *
 * @param readTimeout longest silence in milliseconds
 */
export function exchange(target: Target, request: string, readTimeout: number): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ host: target.host, port: target.port, noDelay: true });
    let received = '';
    let response: RawResponse | undefined;
    let failure: Error | undefined;
    const timer = setTimeout(() => finish(new ExchangeError('no connection')), CONNECT_TIMEOUT);

    function finish(error?: Error): void {
      failure ??= error;
      clearTimeout(timer);
      socket.destroy();
    }
    socket.on('connect', () => {
      clearTimeout(timer);
      socket.setTimeout(readTimeout);
      socket.write(Buffer.from(request, 'latin1'));
    });
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (response !== undefined) return;
      const answer = parseResponse(received);
      if (answer === undefined || !isComplete(answer)) return;
      response = answer;
      if (!announcesClose(answer)) return finish();
      socket.setTimeout(CLOSE_GRACE);
    });
    socket.on('timeout', () => finish(response === undefined ? new ExchangeError('no answer in time') : undefined));
    socket.on('error', (error) => finish(new ExchangeError(error.message, { cause: error })));
    socket.on('end', () => finish());
    socket.on('close', () => {
      clearTimeout(timer);
      const found = response ?? parseResponse(received);
      if (found !== undefined) resolve(found);
      else
        reject(failure ?? new ExchangeError(received === '' ? 'closed without an answer' : 'the answer is not HTTP/1'));
    });
  });
}

const HEAD_END = '\r\n\r\n';

function parseResponse(raw: string): RawResponse | undefined {
  const end = raw.indexOf(HEAD_END);
  const status = /^HTTP\/1\.\d (\d{3})(?: |\r\n)/.exec(raw)?.[1];
  if (end < 0 || status === undefined) return undefined;
  const lines = raw.slice(raw.indexOf('\r\n') + 2, end).split('\r\n');
  const headers = lines
    .filter((line) => line.includes(':'))
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const);
  return { status: Number(status), headers, raw };
}

function headerOf(response: RawResponse, name: string): string | undefined {
  return response.headers.find(([one]) => one.toLowerCase() === name)?.[1];
}

function announcesClose(response: RawResponse): boolean {
  return headerOf(response, 'connection')?.toLowerCase() === 'close';
}

/** Whether the framing says that nothing more belongs to this answer; answers without framing end with the connection. */
function isComplete(response: RawResponse): boolean {
  if (response.status === 204 || response.status === 304) return true;
  const body = response.raw.slice(response.raw.indexOf(HEAD_END) + HEAD_END.length);
  const length = headerOf(response, 'content-length');
  if (length !== undefined) return body.length >= Number(length);
  if (headerOf(response, 'transfer-encoding') !== undefined) return body.endsWith('0\r\n\r\n');
  return false;
}

/** Cookies an answer sets, as a `Cookie` header would send them back. */
export function cookiesOf(response: RawResponse): string | undefined {
  const pairs = response.headers
    .filter(([name]) => name.toLowerCase() === 'set-cookie')
    .map(([, value]) => value.split(';')[0]!);
  return pairs.length === 0 ? undefined : pairs.join('; ');
}
