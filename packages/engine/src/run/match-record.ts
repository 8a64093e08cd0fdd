import { escapeLog } from '../bytes/escape.ts';
import type { Link, Rule } from '../compile/program.ts';
import type { Interruption, MatchedValue, Phase, RuleMatch } from '../contract.ts';
import { quotedForLog } from '../operators/log-text.ts';
import type { MacroText } from '../registry/macro.ts';
import type { TransactionState } from '../registry/transaction-state.ts';

/** Redirections a rule may ask for; anything else becomes 302 as in ModSecurity. */
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** What a complete match of a rule does to the exchange. */
export interface Verdict {
  /** Opening words of the log line. */
  readonly action: string;
  readonly interruption: Interruption | undefined;
}

/** Decides what a match comes to; `canDisrupt` says whether the mode and the phase let it do anything. */
export function verdictOf(
  rule: Rule,
  canDisrupt: boolean,
  phase: Phase,
  operatorText: string,
  tx: TransactionState,
): Verdict {
  const { disruption } = rule;
  if (!canDisrupt || disruption.kind === 'pass') return { action: 'Warning.', interruption: undefined };
  const sentence = tx.masking.text(operatorText);
  const { reference } = rule;
  switch (disruption.kind) {
    case 'deny': {
      const status = rule.status ?? 403;
      const action = `Access denied with code ${status} (phase ${phase}).`;
      return {
        action,
        interruption: { action: 'deny', status, phase, rule: reference, message: `${action} ${sentence}` },
      };
    }
    case 'drop': {
      const action = `Access denied with connection close (phase ${phase}).`;
      return {
        action,
        interruption: { action: 'drop', status: 403, phase, rule: reference, message: `${action} ${sentence}` },
      };
    }
    case 'redirect': {
      const url = disruption.url.expand(tx);
      const shown = escapeLog(tx.masking.text(url));
      const status = rule.status !== undefined && redirectStatuses.has(rule.status) ? rule.status : 302;
      const action = `Access denied with redirection to ${shown} using status ${status} (phase ${phase}).`;
      return {
        action,
        interruption: { action: 'redirect', status, url, phase, rule: reference, message: `${action} ${sentence}` },
      };
    }
    case 'proxy': {
      const url = disruption.url.expand(tx);
      const action = `Access denied using proxy to (phase ${phase}) ${url}.`;
      return {
        action,
        interruption: {
          action: 'proxy',
          status: 403,
          url,
          phase,
          rule: reference,
          message: `${action} ${sentence}`,
        },
      };
    }
    case 'allow': {
      const what = { all: 'Access', phase: 'Access to phase', request: 'Access to request' }[disruption.scope];
      return { action: `${what} allowed (phase ${phase}).`, interruption: undefined };
    }
    case 'pause':
      return { action: `Paused Access (phase ${phase}).`, interruption: undefined };
  }
}

/** The material of a log line for one complete match. */
export function recordOf(
  rule: Rule,
  phase: Phase,
  action: string,
  operatorText: string,
  matched: readonly MatchedValue[],
  isDisruptive: boolean,
  tx: TransactionState,
): RuleMatch {
  const names = matched.map(({ name }) => name);
  const { masking } = tx;
  const expand = (text: MacroText): string => masking.expand(text, names, tx);
  const match: RuleMatch = {
    rule: rule.reference,
    phase,
    action,
    operatorText,
    message: rule.messageText === undefined ? undefined : expand(rule.messageText),
    data: rule.dataText === undefined ? undefined : expand(rule.dataText),
    severity: rule.severity,
    revision: rule.revision,
    version: rule.version,
    maturity: rule.maturity,
    accuracy: rule.accuracy,
    tags: rule.hasConstantTags ? rule.tags : rule.tagTexts.map(expand),
    matched,
    isDisruptive,
    log: rule.log,
    auditLog: rule.auditLog,
  };
  masking.noteWritten(match);
  return masking.match(match);
}

/** The sentence about the operator of a link that matched; only what was required has its name escaped a second time. */
export function operatorSentence(
  link: Link,
  value: string,
  name: string,
  requiredName: string,
  tx: TransactionState,
): string {
  const { test } = link;
  if (!test.isNegated) return test.matcher.describe(value, escapeQuotes(name), { tx, budget: tx.budget });
  const { source } = test.argument;
  return `Match of "${test.name} ${quotedForLog(source)}" against "${escapeLog(requiredName)}" required.`;
}

/** ModSecurity lets a quote in a name through, so that `?a"] [id "1` forges a field of the log line; we do not. */
function escapeQuotes(name: string): string {
  return name.includes('"') ? name.replaceAll('"', '\\"') : name;
}
