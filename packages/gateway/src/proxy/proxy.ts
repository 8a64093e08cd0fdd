/**
 * The life of a request:
 *
 *   flood          count it; refuse those that ask for too much
 *   auth           route it; refuse those who may not have it, before a byte of the body is read
 *   gather         let requests that came together go through the rules together
 *   admit          show its head to the rules (phase 1), refuse what is malformed or not allowed
 *   receive body   show the body to the rules (phase 2), holding it back meanwhile; or let it stream
 *   wait           for a place and its turn, where the route says how many there are
 *   forward        send it to the upstream; the relay brings the answer back (phases 3 and 4)
 *   finish         phase 5, audit and access log, just before the last byte of the answer
 *
 * Any stage may decide the request: a rule by an interruption, the gate itself by throwing a `GateError`.
 */
import type { Interruption, MaybePromise } from '@sallyport/engine';
import { answerChallenge, challengeAnswer } from '../acme/challenge.ts';
import { type DecidedBy, ERRORS, GateError } from '../errors.ts';
import { hasBody } from '../listener/strict-http.ts';
import type { RouteAuth } from '../stages/auth/route-auth.ts';
import type { Firewall } from '../waf/firewall.ts';
import type { ActiveRoute } from './active-route.ts';
import { sendEmpty } from './answer.ts';
import type { Exchange } from './exchange.ts';
import { forward } from './forward.ts';
import { inspect } from './inspect.ts';
import { mostInspected } from './inspection-strength.ts';
import { carryOut, decisions, fail } from './refuse.ts';
import { receiveBody } from './request-body.ts';
import { respond } from './respond.ts';

/** `OPTIONS *` asks about the server itself. */
const ABOUT_SERVER: DecidedBy = { stage: 'http', reason: 'OPTIONS *' };

/** Never rejects. */
export async function serve(exchange: Exchange): Promise<void> {
  try {
    const challenge = challengeAnswer(exchange);
    if (challenge !== undefined) {
      await answerChallenge(exchange, challenge);
      return;
    }
    const counted = exchange.gate.floods.admit(exchange);
    if (counted !== undefined) await counted;
    findRoute(exchange);
    const allowed = authorize(exchange);
    if (allowed !== undefined) {
      await allowed;
      // The client may have left meanwhile, and the exchange with it.
      if (exchange.isFinished) return;
    }
    const others = firewallOf(exchange) && exchange.gate.inspections.assembled();
    if (others !== undefined) {
      await others;
      if (exchange.isFinished) return;
    }
    // Only what has to be waited for is: without rules and body the request goes on at once.
    const admitted = admit(exchange);
    let verdict = admitted instanceof Promise ? await admitted : admitted;
    exchange.headRead = exchange.elapsed();
    if (verdict === undefined) {
      const received = receiveBody(exchange);
      verdict = received instanceof Promise ? await received : received;
      exchange.rulesDone = exchange.elapsed();
      exchange.bodyRead ??= exchange.rulesDone;
      if (exchange.transaction !== undefined) exchange.chargeWork(exchange.transaction);
    }
    if (verdict !== undefined) await carryOut(exchange, verdict);
    else if (exchange.head.target?.form === 'asterisk') {
      exchange.decidedBy = ABOUT_SERVER;
      await sendEmpty(exchange, 200, ['Allow', exchange.gate.config.http.methods.join(', ')]);
    } else if (exchange.route?.upstream === undefined) await respond(exchange);
    else {
      const turn = exchange.route.traffic?.enter(exchange);
      if (turn !== undefined) await turn;
      if (!exchange.isFinished) forward(exchange, decisions);
    }
  } catch (error) {
    await fail(exchange, error);
  }
}

function findRoute(exchange: Exchange): void {
  const { gate, head, scheme } = exchange;
  const host = head.host?.host;
  const path = head.target?.path ?? '/';
  const route = gate.router.match(scheme, host, path);
  exchange.route = route;
  if (route === undefined) return;
  exchange.lookalikes = gate.lookalikes.find(scheme, host, path, route);
  exchange.inspectedAs = exchange.lookalikes.length === 0 ? route : mostInspected(route, exchange.lookalikes);
}

/** Whether whoever sent it may have it. What cannot be understood is refused for that, whoever it is from. */
function authorize(exchange: Exchange): undefined | Promise<undefined> {
  const { head, route, lookalikes } = exchange;
  if (head.refusal !== undefined && head.refusal.isPolicy !== true) return undefined;
  // Nobody is asked for a password who is turned away in any case.
  if (isFromElsewhere(exchange)) return undefined;
  const admitted = route?.auth?.admit(exchange);
  return lookalikes.length === 0 ? admitted : askLookalikes(exchange, admitted);
}

/** One after the other: the answer is that of the first who refuses. */
async function askLookalikes(exchange: Exchange, earlier: Promise<undefined> | undefined): Promise<undefined> {
  await earlier;
  for (const { auth } of exchange.lookalikes) await auth?.admit(exchange);
}

/** Its client's address has no access. */
function isFromElsewhere({ route, lookalikes, client }: Exchange): boolean {
  const isClosed = ({ access }: ActiveRoute): boolean => access?.allows(client.address) === false;
  return route !== undefined && (isClosed(route) || lookalikes.some(isClosed));
}

function admit(exchange: Exchange): MaybePromise<Interruption | undefined> {
  const firewall = firewallOf(exchange);
  if (firewall !== undefined) return admitInspected(exchange, firewall);
  const refusal = refusalOf(exchange);
  if (refusal !== undefined) throw refusal;
  requireRoute(exchange);
  return undefined;
}

/** The rules it goes through; undefined for none. */
function firewallOf({ gate, inspectedAs }: Exchange): Firewall | undefined {
  return inspectedAs === undefined ? gate.firewall : inspectedAs.firewall;
}

function admitInspected(exchange: Exchange, firewall: Firewall): MaybePromise<Interruption | undefined> {
  const { gate, head, principal } = exchange;
  const secrets = secretsOf(exchange);
  // Nothing is to happen that might leave no trace, where that has been asked for.
  if (gate.config.logs.auditFailure === 'refuse' && gate.logs.isAuditStuck) throw new GateError(ERRORS.auditUnwritable);
  exchange.transaction = firewall.open(exchange);
  exchange.firewall = firewall;
  const verdict = inspect(exchange, (transaction) =>
    transaction.processRequestHeaders({
      method: head.method,
      uri: exchange.request.url ?? '',
      protocol: exchange.protocol,
      headers: exchange.headerList(),
      ...(head.host && { serverName: head.host.host }),
      ...(principal && { user: principal.user, authType: principal.type }),
      ...(secrets && { secrets }),
    }),
  );
  return verdict instanceof Promise ? verdict.then((one) => followHead(exchange, one)) : followHead(exchange, verdict);
}

/** The headers and cookies with credentials that somebody has looked at. */
function secretsOf({ route, lookalikes }: Exchange): RouteAuth['secrets'] | undefined {
  if (lookalikes.length === 0) return route?.auth?.secrets;
  const all = [route, ...lookalikes].flatMap((one) => one?.auth?.secrets ?? []);
  return { headers: all.flatMap(({ headers }) => headers), cookies: all.flatMap(({ cookies }) => cookies) };
}

/** Behind phase 1. */
function followHead(exchange: Exchange, verdict: Interruption | undefined): MaybePromise<Interruption | undefined> {
  const refusal = refusalOf(exchange);
  if (refusal !== undefined) {
    const isWaived = refusal.kind.isPolicy === true && exchange.transaction?.engineMode === 'DetectionOnly';
    if (!isWaived) return refuseInspected(exchange, refusal);
    exchange.note('notice', `would refuse: ${refusal.message}`);
  }
  if (verdict !== undefined) return verdict;
  requireRoute(exchange);
  return undefined;
}

/** The body is not read, but rules of phase 2 may still tell what the rest of the request was about. */
async function refuseInspected(exchange: Exchange, refusal: GateError): Promise<never> {
  await inspect(exchange, (transaction) => transaction.processRequestBody());
  throw refusal;
}

/** What is wrong with the head, or with who sends it, whatever rules say. */
function refusalOf(exchange: Exchange): GateError | undefined {
  const { head, route, client } = exchange;
  const ofHead = head.refusal && new GateError(head.refusal, head.refusalDetail);
  if (ofHead !== undefined && ofHead.kind.isPolicy !== true) return ofHead;
  // Before what may be waived: a doubtful head must not open the route.
  if (isFromElsewhere(exchange)) return new GateError(ERRORS.addressRefused, client.address);
  if (ofHead !== undefined) return ofHead;
  if (route === undefined || !hasBody(head) || route.config.bodyMethods.includes(head.method)) return undefined;
  return new GateError(ERRORS.unexpectedBody, head.method);
}

function requireRoute({ route, head, gate, scheme }: Exchange): void {
  if (route === undefined) {
    const kind = gate.router.serves(scheme, head.host?.host) ? ERRORS.noRoute : ERRORS.unknownHost;
    throw new GateError(kind, `${head.host?.host ?? '-'} ${head.target?.path ?? '-'}`);
  }
  if (head.isWebSocket && !route.config.websocket) throw new GateError(ERRORS.websocketRefused);
}
