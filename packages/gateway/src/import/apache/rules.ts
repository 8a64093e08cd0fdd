/** Directives of ModSecurity: they move to a file of rules; where they stand in a site, only the engine's switch does. */
import type { RuleFile } from './expand.ts';
import type { Directive } from './parse.ts';
import type { Scope } from './scope.ts';
import type { Workshop } from './topic.ts';

const MODES: Readonly<Record<string, Scope['waf']>> = {
  __proto__: null as never,
  on: 'on',
  off: 'off',
  detectiononly: 'detection',
};

export function takeRule({ name, args, rest, at }: Directive, scope: Scope, workshop: Workshop): void {
  const { ledger, rules, canWriteRules } = workshop;
  if (scope.kind === 'server') {
    if (!canWriteRules) {
      ledger.leftOut(at, 'rules need a file of their own: give -o');
      return;
    }
    rules.addLine(`${name} ${rest}`, at);
    ledger.enter(at);
    return;
  }
  const mode = name.toLowerCase() === 'secruleengine' ? MODES[args[0]?.toLowerCase() ?? ''] : undefined;
  if (mode === undefined) {
    ledger.leftOut(
      at,
      'rules are the same for all routes; put a condition on SERVER_NAME or REQUEST_FILENAME into them',
    );
    return;
  }
  scope.waf = mode;
  ledger.carried(at, `waf: ${mode} on its routes`);
}

export function takeRuleFile({ name, text, at }: RuleFile, scope: Scope, { ledger, rules, files }: Workshop): void {
  if (scope.kind !== 'server') {
    ledger.leftOut(at, `${name}: rules are the same for all routes`);
    return;
  }
  rules.addFile(files.placeOf(name), text, at);
  ledger.carried(at, `rules.files: ${name}`);
}
