import type { Directive } from '../registry/directive.ts';
import { auditSettings } from './audit-settings.ts';
import { bodySettings } from './body-settings.ts';
import { engineSwitches } from './engine-switches.ts';
import { include, includeOptional } from './include.ts';
import { secAction, secDefaultAction, secMarker, secRule } from './sec-rule.ts';
import { ruleRemovals } from './sec-rule-remove.ts';
import { ruleUpdates } from './sec-rule-update.ts';

/** Every directive of the language. */
export const directives: readonly Directive[] = [
  ...auditSettings,
  ...bodySettings,
  ...engineSwitches,
  include,
  includeOptional,
  ...ruleRemovals,
  ...ruleUpdates,
  secAction,
  secDefaultAction,
  secMarker,
  secRule,
];
