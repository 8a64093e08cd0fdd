import type { Directive } from '../registry/directive.ts';
import { auditSettings } from './audit-settings.ts';
import { bodySettings } from './body-settings.ts';
import { connectionLimits } from './connection-limits.ts';
import { engineSwitches } from './engine-switches.ts';
import { secGeoLookupDb } from './geo-lookup-db.ts';
import { include, includeOptional } from './include.ts';
import { linkHashing } from './link-hashing.ts';
import { loading } from './loading.ts';
import { obsoleteDirectives } from './obsolete.ts';
import { rewritingSettings } from './rewriting-settings.ts';
import { secGuardianLog } from './sec-guardian-log.ts';
import { secAction, secDefaultAction, secMarker, secRule, secRuleScript } from './sec-rule.ts';
import { ruleRemovals } from './sec-rule-remove.ts';
import { ruleUpdates } from './sec-rule-update.ts';
import { uploadSettings } from './upload-settings.ts';

/** Every directive of the language. */
export const directives: readonly Directive[] = [
  ...auditSettings,
  ...bodySettings,
  ...connectionLimits,
  ...engineSwitches,
  include,
  includeOptional,
  ...linkHashing,
  ...loading,
  ...obsoleteDirectives,
  ...rewritingSettings,
  ...ruleRemovals,
  ...ruleUpdates,
  secAction,
  secDefaultAction,
  secGeoLookupDb,
  secGuardianLog,
  secMarker,
  secRule,
  secRuleScript,
  ...uploadSettings,
];
