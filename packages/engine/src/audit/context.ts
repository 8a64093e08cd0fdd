import type { RuleReference } from '../contract.ts';
import type { MaskSettings } from './masking.ts';
import type { RuleWords } from './rule-words.ts';

/** What an audit entry says about the server that wrote it, and what it must not say. */
export interface AuditContext {
  /** Software that writes the entry, for example `Sallyport/0.1.0 (ModSecurity 2.9 compatible)`. */
  readonly producer: string;
  /** `SecComponentSignature` texts, in order. */
  readonly componentSignatures: readonly string[];
  /** `SecServerSignature`, or the server's own name. */
  readonly server: string | undefined;
  readonly webAppId: string;
  readonly sensorId: string;
  /** Values written as `*`. Nothing is masked when absent. */
  readonly mask?: MaskSettings;
  /**
   * Text of a rule for part K: one SecRule line per link of its chain. Without it (or when it knows no answer) the text
   * is put together from what the match says.
   */
  readonly ruleText?: (rule: RuleReference) => readonly string[] | undefined;
  /** Kept from entry to entry, it spares putting the same rules into words again. */
  readonly words?: RuleWords;
}
