import type { Rule } from '../compile/program.ts';
import type { Phase } from '../contract.ts';
import type { OperatorError } from '../registry/operator.ts';
import type { ExchangeState } from './exchange-state.ts';

/** Variable of TX that tells rules of a match that was cut short. */
const LIMITS_EXCEEDED = 'MSC_PCRE_LIMITS_EXCEEDED';

/**
 * What comes of an operator that cannot judge a value: no match, and with SecInterceptOnError (`isIntercepted`) the end of the
 * request. Gives whether that is so.
 */
export function endsByError(
  rule: Rule,
  cause: OperatorError,
  isIntercepted: boolean,
  phase: Phase,
  state: ExchangeState,
): boolean {
  if (!isIntercepted || !canRefuse(phase, state)) return false;
  const message = `Rule processing failed: ${cause.message} [id "${rule.id}"]`;
  state.report(1, message);
  state.interruption = { action: 'deny', status: 500, phase, rule: rule.reference, message };
  return true;
}

/**
 * ModSecurity's answer to a match limit: no match, a flag rules can test, and a line in the log that names the rule and the
 * `variable`. When it is the fuel of the whole transaction that ran out, no rule behind this one can be relied on, so the request
 * is refused unless configured otherwise.
 */
export function noteExhaustion(rule: Rule, variable: string, phase: Phase, state: ExchangeState): void {
  state.budget.exceeded = false;
  if (state.tx.get(LIMITS_EXCEEDED) === undefined) {
    state.tx.set(LIMITS_EXCEEDED, '1');
    state.report(2, `Rule [id "${rule.id}"] - Execution error - PCRE limits exceeded at ${variable}.`);
  }
  const isRefused = state.budget.remaining === 0 && state.onBudgetExhausted === 'refuse' && canRefuse(phase, state);
  if (!isRefused || state.interruption !== undefined) return;
  const message = `Inspection needs more work than one request may cause, at rule [id "${rule.id}"] and ${variable}. Deny with code (403)`;
  state.report(1, message);
  state.interruption = { action: 'deny', status: 403, phase, rule: rule.reference, message };
}

/** Nothing is refused in detection mode, nor once the response is out. */
function canRefuse(phase: Phase, { settings }: ExchangeState): boolean {
  return settings.engineMode === 'On' && phase !== 5;
}
