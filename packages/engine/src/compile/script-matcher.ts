import { escapeLog } from '../bytes/escape.ts';
import type { Matcher } from '../registry/operator.ts';
import type { CompiledScript } from '../registry/services.ts';
import type { TransactionState } from '../registry/transaction-state.ts';

/** The test of SecRuleScript: a script that gives a text matches, and the text is what the log says. */
export function scriptMatcher(script: CompiledScript): Matcher {
  const texts = new WeakMap<TransactionState, string>();
  return {
    test: (_value, { tx }) => {
      const text = script(tx);
      if (text !== undefined) texts.set(tx, text);
      return text !== undefined;
    },
    describe: (_value, _name, { tx }) => escapeLog(texts.get(tx) ?? ''),
  };
}
