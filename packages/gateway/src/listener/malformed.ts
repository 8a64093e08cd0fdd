/**
 * Requests that Node's parser refused. They still are exchanges: rules see what could be read of their head (phases 1, 2 and 5), the
 * logs have a line, the client gets a status, and the connection ends, since nobody knows where the next request begins.
 */
import type { Duplex } from 'node:stream';
import type { TransactionRecord } from '@sallyport/engine';
import { ERRORS, type ErrorKind } from '../errors.ts';
import type { Gate } from '../gate.ts';
import type { ClientAddress, RequestContext } from '../logs/index.ts';
import { errorPage, statusText } from '../proxy/pages.ts';
import { plainAddress } from './networks.ts';
import { newRequestId } from './request-id.ts';
import { kindOfParseError, type Salvage, salvageRequest } from './salvage.ts';

/** What Node hands to `clientError`. */
export interface ParseError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
  readonly reason?: string;
}

type AddressedSocket = Duplex & {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
};

class MalformedRequest implements RequestContext {
  readonly id: string = newRequestId();
  readonly startedAt: number = Date.now();
  readonly client: ClientAddress;
  readonly server: ClientAddress;
  readonly salvage: Salvage | undefined;

  constructor(socket: AddressedSocket, salvage: Salvage | undefined) {
    this.client = { address: plainAddress(socket.remoteAddress), port: socket.remotePort ?? 0 };
    this.server = { address: plainAddress(socket.localAddress), port: socket.localPort ?? 0 };
    this.salvage = salvage;
  }

  get hostname(): string {
    return this.header('host') ?? '';
  }

  get uriPath(): string {
    const uri = this.salvage?.uri ?? '';
    const mark = uri.indexOf('?');
    return mark < 0 ? uri : uri.slice(0, mark);
  }

  header(name: string): string | undefined {
    return this.salvage?.headers.find(([one]) => one.toLowerCase() === name)?.[1];
  }
}

/** Answers, logs and closes. Never rejects. */
export async function refuseMalformed(gate: Gate, error: ParseError, socket: AddressedSocket): Promise<void> {
  const salvage = salvageRequest(error.rawPacket);
  const kind = kindOfParseError(error.code, salvage);
  const request = new MalformedRequest(socket, salvage);
  const line = `${kind.code} ${kind.text}: ${error.reason ?? error.message} [unique_id "${request.id}"]`;
  gate.logs.error('notice', 'http', line, request.client);

  // HTTP/0.9 has no answer heads; whoever speaks it gets none.
  const answer = salvage?.hasProtocol === false ? '' : rawAnswer(kind, request.id, gate.serverHeader);
  const body = answer === '' ? 0 : answer.length - answer.indexOf('\r\n\r\n') - 4;
  await inspectSalvage(gate, request, kind, line, body);
  gate.logs.access({
    clientAddress: request.client.address,
    startedAt: request.startedAt,
    requestLine: salvage?.line ?? '',
    status: kind.status,
    responseBytes: body,
    referer: request.header('referer'),
    userAgent: request.header('user-agent'),
    id: request.id,
  });
  closeAfter(socket, answer, gate.config.timeouts.linger);
}

async function inspectSalvage(
  gate: Gate,
  request: MalformedRequest,
  kind: ErrorKind,
  line: string,
  responseBytes: number,
): Promise<void> {
  const { firewall } = gate;
  const { salvage } = request;
  if (firewall === undefined || salvage === undefined) return;
  const transaction = firewall.open(request);
  try {
    await transaction.processRequestHeaders({
      method: salvage.method,
      uri: salvage.uri,
      protocol: salvage.protocol,
      line: salvage.line,
      headers: salvage.headers,
    });
    await transaction.processRequestBody();
    const record: TransactionRecord = await transaction.processLogging({
      response: { status: kind.status, protocol: 'HTTP/1.1', headers: [['Connection', 'close']] },
      responseBytes,
      serverErrors: [line],
    });
    gate.logs.audit(record, firewall.waf.settings);
  } catch (cause) {
    gate.logs.error(
      'error',
      'http',
      `${ERRORS.inspectionFailed.code} ${(cause as Error).stack ?? cause}`,
      request.client,
    );
  } finally {
    firewall.close(transaction);
  }
}

function rawAnswer(kind: ErrorKind, id: string, serverHeader: string | undefined): string {
  const { contentType, body } = errorPage(kind.status, id, false);
  const head = [
    `HTTP/1.1 ${kind.status} ${statusText(kind.status)}`,
    `Date: ${new Date().toUTCString()}`,
    `Content-Type: ${contentType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${id}`,
    ...(serverHeader === undefined ? [] : [`Server: ${serverHeader}`]),
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** Half-closes after the answer and waits a little for the client to close, so that a reset does not eat the answer. */
function closeAfter(socket: Duplex, answer: string, linger: number): void {
  if (socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(answer);
  const timer = setTimeout(() => socket.destroy(), linger);
  socket.once('close', () => clearTimeout(timer));
  socket.resume();
}
