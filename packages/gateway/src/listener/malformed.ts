/**
 * Requests that Node's parser refused. They still are exchanges: rules see what could be read of their head (phases 1, 2 and 5), the
 * logs have a line, the client gets a status, and the connection ends, since nobody knows where the next request begins.
 */
import type { TransactionRecord } from '@sallyport/engine';
import { ERRORS, type ErrorKind, GateError } from '../errors.ts';
import type { Gate } from '../gate.ts';
import { errorPage, statusText } from '../proxy/pages.ts';
import { closeAfter } from './close-after.ts';
import { type FrontSocket, watch } from './front-socket.ts';
import { MalformedRequest } from './malformed-request.ts';
import { kindOfParseError, salvageRequest } from './salvage.ts';

/** What Node hands to `clientError`. */
export interface ParseError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
  readonly reason?: string;
}

/** Counts, answers, logs and closes. Never rejects. */
export async function refuseMalformed(gate: Gate, error: ParseError, socket: FrontSocket): Promise<void> {
  const salvage = salvageRequest(refusedBytes(error, socket));
  const kind = kindOfParseError(error.code, salvage);
  const request = new MalformedRequest(gate.logs, kind, socket, salvage);
  // What a trusted proxy passes on is not held against it.
  const isCounted = !gate.trusted.contains(request.client.address);
  const flooded = isCounted ? await floodRefusal(gate, request) : undefined;
  if (flooded === undefined) {
    const line = request.note('notice', `${kind.code} ${kind.text}: ${error.reason ?? error.message}`);
    const answer = answerTo(request, kind, gate);
    await inspectSalvage(gate, request, kind, line);
    closeAfter(socket, gate.config.timeouts.linger, answer);
  } else {
    // The rules are not asked about clients that are refused anyway, and a ban has a line of its own.
    request.decide(flooded.kind);
    request.note('info', `${flooded.kind.code} ${flooded.message}`);
    const answer = answerTo(request, flooded.kind, gate, ['Retry-After', String(flooded.retryAfter ?? 1)]);
    if (answer === '') socket.destroy();
    else closeAfter(socket, gate.config.timeouts.linger, answer);
  }
  request.end();
  if (isCounted) {
    gate.floods.settle(request);
    if (request.transaction !== undefined) gate.floods.chargeWork(request.client, request.transaction.workMicroseconds);
  }
  gate.logs.access(request);
  for (const tell of gate.observers) tell(request);
}

/** The head from its beginning, where it is known: the packet the parser gave up at may be its last byte alone. */
function refusedBytes({ rawPacket }: ParseError, socket: FrontSocket): Buffer | undefined {
  const unread = rawPacket && socket[watch]?.unread;
  return unread === undefined || unread.length === 0 ? rawPacket : unread;
}

/** Why a client that sends too much is refused as a flood. */
async function floodRefusal({ floods }: Gate, request: MalformedRequest): Promise<GateError | undefined> {
  try {
    await floods.admitMalformed(request);
    return undefined;
  } catch (cause) {
    return cause instanceof GateError ? cause : new GateError(ERRORS.floodStoreAway, undefined, cause);
  }
}

/** The bytes of the answer; none for HTTP/0.9, which has no answer heads, and for who is refused in silence. */
function answerTo(request: MalformedRequest, kind: ErrorKind, gate: Gate, headers: readonly string[] = []): string {
  const isSilent = request.salvage?.hasProtocol === false || kind.isSilent === true;
  const answer = isSilent ? '' : rawAnswer(kind.status, request, gate, headers);
  request.responseBytes = answer === '' ? 0 : answer.length - answer.indexOf('\r\n\r\n') - 4;
  return answer;
}

async function inspectSalvage(gate: Gate, request: MalformedRequest, kind: ErrorKind, line: string): Promise<void> {
  const { firewall } = gate;
  const { salvage } = request;
  if (firewall === undefined || salvage === undefined) return;
  const transaction = firewall.open(request);
  request.transaction = transaction;
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
      responseBytes: request.responseBytes,
      serverErrors: [line],
    });
    request.record = record;
    gate.logs.audit(record, firewall.waf.settings);
  } catch (cause) {
    gate.logs.error(
      'error',
      'http',
      `${ERRORS.inspectionFailed.code} ${(cause as Error).stack ?? cause}`,
      request.client,
    );
  }
}

/** Empty where the face the gate shows would answer nothing. */
function rawAnswer(
  status: number,
  request: MalformedRequest,
  { serverHeader, identity }: Gate,
  headers: readonly string[],
): string {
  const shown = identity === undefined ? status : identity.status(status);
  if (shown === undefined) return '';
  request.status = shown;
  const { contentType, body } = identity?.page(shown, request.method) ?? errorPage(status, request.id, false);
  const list = ['Content-Type', contentType, 'Content-Length', String(Buffer.byteLength(body)), ...headers];
  if (serverHeader !== undefined) list.push('Server', serverHeader);
  const head = identity?.arrange(list, { isKept: false, asksToKeep: false, isChunked: false }) ?? [
    'Date',
    new Date().toUTCString(),
    ...list,
    'X-Request-Id',
    request.id,
    'Connection',
    'close',
  ];
  let text = `HTTP/1.1 ${shown} ${identity?.reason(shown) ?? statusText(shown)}\r\n`;
  for (let at = 0; at < head.length; at += 2) text += `${head[at]}: ${head[at + 1]}\r\n`;
  return `${text}\r\n${body}`;
}
