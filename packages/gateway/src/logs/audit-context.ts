import type { AuditContext, MaskSettings, RuleWords } from '@sallyport/engine';
import type { AuditSource } from './types.ts';

/** What audit entries say about the server: from the rule set, without ModSecurity's names for "not set". */
export function auditContext(
  source: AuditSource,
  producer: string,
  mask: MaskSettings | undefined,
  words: RuleWords,
): AuditContext {
  return {
    producer,
    componentSignatures: source.componentSignatures,
    server: source.serverSignature,
    webAppId: unlessDefault(source.webAppId),
    sensorId: unlessDefault(source.sensorId),
    words,
    ...(mask === undefined ? {} : { mask }),
  };
}

function unlessDefault(name: string): string {
  return name === 'default' ? '' : name;
}
