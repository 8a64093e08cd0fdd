import type { Interruption } from '../contract.ts';
import type { ExchangeState } from '../run/exchange-state.ts';

/**
 * What comes of a body that exceeds a limit: an interruption where the limit rejects and the engine is on; otherwise a message,
 * and the rest passes unread. Requests are refused in phase 2 with 413 (RFC 9110 §15.5.14), responses in phase 4 with 500.
 */
export function exceedLimit(
  state: ExchangeState,
  body: 'request' | 'response',
  text: string,
  isRejecting: boolean,
): Interruption | undefined {
  if (!isRejecting || state.settings.engineMode !== 'On') {
    state.report(2, text);
    return undefined;
  }
  const status = body === 'request' ? 413 : 500;
  const message = `${text} Deny with code (${status})`;
  state.report(1, message);
  state.interruption = { action: 'deny', status, phase: body === 'request' ? 2 : 4, message };
  return state.interruption;
}
