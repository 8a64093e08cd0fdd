/** Answers to http-01 challenges (RFC 8555 §8.3), given before routes and rules: they would stand in the way of a certificate. */
import { sendText } from '../proxy/answer.ts';
import type { Exchange } from '../proxy/exchange.ts';
import { readChallenge } from './storage.ts';

const FOLDER = '/.well-known/acme-challenge/';
const TOKEN = /^[A-Za-z0-9_-]{1,128}$/;

/** The answer a request asks for; undefined for every other request, those for challenges of somebody behind us among them. */
export function challengeAnswer({ gate, head }: Exchange): string | undefined {
  const path = head.target?.pathAndQuery;
  const { storage } = gate.config.acme;
  if (storage === undefined || path === undefined || !path.startsWith(FOLDER)) return undefined;
  if (head.method !== 'GET' || head.refusal !== undefined) return undefined;
  const token = path.slice(FOLDER.length);
  return TOKEN.test(token) ? readChallenge(storage, token) : undefined;
}

export async function answerChallenge(exchange: Exchange, answer: string): Promise<void> {
  exchange.decidedBy = { stage: 'tls', reason: 'acme' };
  await sendText(exchange, 200, 'application/octet-stream', answer);
}
