/** Receives the request body: shows it to the rules while holding it back, or prepares to stream it. */
import type { Interruption, MaybePromise, Transaction } from '@sallyport/engine';
import { ERRORS, GateError } from '../errors.ts';
import { headerOf } from '../listener/strict-http.ts';
import type { ActiveRoute } from './active-route.ts';
import { BodyIntake } from './body-intake.ts';
import { BodyStream } from './body-stream.ts';
import { collectBody } from './collect-body.ts';
import type { Exchange } from './exchange.ts';
import { inspect } from './inspect.ts';
import { type BodyRewrite, requestRewrite } from './rewrite.ts';
import { Spool } from './spool.ts';

/**
 * Bodies that announce no more than this are held whole where no rule reads them either: they come with the head or soon after it, go
 * out in one write with the upstream's head, can be sent a second time, and a slow client keeps no place with the application. As
 * streams they cost a third of the whole request.
 */
const SMALL_BODY = 16 * 1024;
/** Held bodies up to this size are kept until the answer comes, and may be sent a second time. Larger ones are let go as they are sent. */
const REPEATABLE_BODY = 128 * 1024;

/** Leaves the body for the upstream in `exchange.body`; gives the rules' verdict if they refuse. Includes phase 2. */
export function receiveBody(exchange: Exchange): MaybePromise<Interruption | undefined> {
  const { head, transaction } = exchange;
  if (!head.isChunked && (head.contentLength ?? 0) === 0) {
    exchange.body = null;
    return transaction && runPhase2(exchange);
  }
  const { maxBody } = exchange;
  if (maxBody > 0 && (head.contentLength ?? 0) > maxBody) {
    throw new GateError(ERRORS.bodyTooLarge, `${head.contentLength} of ${maxBody} bytes`);
  }
  if (transaction === undefined) return receiveUninspected(exchange);
  const route = exchange.inspectedAs as ActiveRoute;
  if (!route.config.inspect.requestBody || !transaction.wantsRequestBody) return streamUninspected(exchange);
  refuseTooLarge(exchange, transaction, route);
  refuseEncoded(exchange, transaction, route);
  return receiveInspected(exchange, transaction, route);
}

async function streamUninspected(exchange: Exchange): Promise<Interruption | undefined> {
  const verdict = await runPhase2(exchange);
  if (verdict === undefined) await receiveUninspected(exchange);
  return verdict;
}

function receiveUninspected(exchange: Exchange): Promise<undefined> | undefined {
  const { head } = exchange;
  if (!head.isChunked && (head.contentLength ?? 0) <= SMALL_BODY) return holdWhole(exchange);
  exchange.body = new BodyStream(undefined, openIntake(exchange, 0));
  return undefined;
}

function holdWhole(exchange: Exchange): Promise<undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    openIntake(exchange, 0).start({
      onChunk: (chunk) => void chunks.push(chunk),
      onEnd() {
        exchange.body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
        resolve(undefined);
      },
      onError: reject,
    });
  });
}

/** A body that the rules would refuse for its length alone is not waited for when the client has announced that length. */
function refuseTooLarge({ head }: Exchange, transaction: Transaction, route: ActiveRoute): void {
  const { contentLength = 0 } = head;
  if (contentLength <= transaction.requestBodyLimit || Number.isFinite(inspectionLimit(transaction, route))) return;
  throw new GateError(
    ERRORS.bodyTooLarge,
    `${contentLength} bytes, and SecRequestBodyLimit is ${transaction.requestBodyLimit}`,
  );
}

/** Many applications decompress what they are sent; rules would see the compressed bytes, and no argument in them. */
function refuseEncoded(exchange: Exchange, transaction: Transaction, { config }: ActiveRoute): void {
  const coding = headerOf(exchange.head, 'content-encoding')?.toLowerCase();
  if (coding === undefined || coding === '' || coding === 'identity' || config.inspect.encodedBodies === 'pass') return;
  const refusal = new GateError(ERRORS.encodedBody, coding);
  if (transaction.engineMode === 'On') throw refusal;
  exchange.note('notice', `would refuse: ${refusal.message}`);
}

/** A stream over whatever the client still sends; for verdicts that send the request elsewhere before its body was read. */
export function streamBody(exchange: Exchange): void {
  const { head } = exchange;
  const hasBody = head.isChunked || (head.contentLength ?? 0) > 0;
  if (exchange.body === undefined) exchange.body = hasBody ? new BodyStream(undefined, openIntake(exchange, 0)) : null;
}

async function receiveInspected(
  exchange: Exchange,
  transaction: Transaction,
  route: ActiveRoute,
): Promise<Interruption | undefined> {
  const { gate, head } = exchange;
  const spool = new Spool(gate.tmpDir, heldInMemory(route, exchange), gate.bodyMemory);
  exchange.spool = spool;
  const { contentLength = 0 } = head;
  const waiting = contentLength > REPEATABLE_BODY ? spool.reserve(contentLength) : undefined;
  if (waiting !== undefined) await waitForMemory(exchange, waiting);
  const intake = openIntake(exchange, 0);
  const { verdict, isComplete, shown } = await collectBody(
    exchange,
    intake,
    spool,
    inspectionLimit(transaction, route),
  );
  if (verdict !== undefined) return verdict;
  // Its own parser, and what came of the client meanwhile.
  exchange.onTurn(transaction);
  const decision = await runPhase2(exchange);
  // A rule may also send the request elsewhere, with its body.
  if (decision !== undefined && decision.action !== 'proxy') return decision;

  const rewrite = exchange.transaction && requestRewrite(exchange.transaction, shown);
  exchange.hasNewBody = rewrite !== undefined;
  if (isComplete && rewrite !== undefined && rewrite.replaced === spool.size) {
    exchange.body = rewrite.before;
    return decision;
  }
  passOn(exchange, spool, isComplete ? undefined : openIntake(exchange, intake.received), rewrite);
  return decision;
}

/** Until there is memory for the body, or it has to do without. The client is not read from meanwhile, and no clock of its own runs yet. */
async function waitForMemory(exchange: Exchange, waiting: Promise<void>): Promise<void> {
  const { socket } = exchange.request;
  // Otherwise the parser would go on until the request holds 64 KiB.
  socket.pause?.();
  await waiting;
  socket.resume?.();
  if (exchange.isFinished) throw new GateError(ERRORS.clientGone);
}

/** Makes the held body, and what the client may still send, the body for the upstream: as it is in memory where that is all. */
function passOn(
  exchange: Exchange,
  spool: Spool,
  rest: BodyIntake | undefined,
  rewrite: BodyRewrite | undefined,
): void {
  const isAll = rest === undefined && rewrite === undefined && !exchange.head.isChunked;
  const inMemory = isAll && spool.size <= REPEATABLE_BODY ? spool.chunks : undefined;
  if (inMemory !== undefined) {
    exchange.body = inMemory.length === 1 ? (inMemory[0] as Buffer) : Buffer.concat(inMemory);
  } else {
    exchange.body = new BodyStream(spool, rest, rewrite);
    exchange.spool = undefined;
  }
}

/** Bytes after which the rules decide on what they have; Infinity where they refuse bodies that are too large. */
function inspectionLimit(transaction: Transaction, route: ActiveRoute): number {
  const settings = route.firewall?.waf.settings;
  const own = route.config.inspect.requestBodyLimit ?? Number.POSITIVE_INFINITY;
  const isPartial = settings?.requestBodyLimitAction === 'ProcessPartial' || transaction.engineMode !== 'On';
  return Math.min(own, isPartial && settings !== undefined ? settings.requestBodyLimit : Number.POSITIVE_INFINITY);
}

/** How much of a body the rules wait for memory holds: as they say themselves, or else the configuration. */
function heldInMemory({ firewall }: ActiveRoute, { gate }: Exchange): number {
  return firewall?.waf.settings.requestBodyInMemoryLimit ?? gate.config.limits.bodyInMemory;
}

function openIntake(exchange: Exchange, received: number): BodyIntake {
  if (exchange.head.expectsContinue && !exchange.hasContinued) {
    exchange.hasContinued = true;
    exchange.response.writeContinue();
  }
  const { config, wheel } = exchange.gate;
  const limits = {
    maxBody: exchange.maxBody,
    idle: config.timeouts.bodyIdle,
    pace: config.slowClients.body,
    atOnce: !exchange.head.isChunked,
  };
  return new BodyIntake(exchange.request, limits, wheel, received);
}

function runPhase2(exchange: Exchange): ReturnType<Transaction['processRequestBody']> {
  exchange.bodyRead = exchange.elapsed();
  return inspect(exchange, (transaction) => transaction.processRequestBody());
}
