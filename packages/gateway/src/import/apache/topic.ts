import type { Draft } from '../proxy/draft.ts';
import type { Ledger } from '../proxy/ledger.ts';
import type { OldFiles } from '../proxy/old-files.ts';
import type { RuleFiles } from '../proxy/rule-files.ts';
import type { Directive } from './parse.ts';
import type { Scope } from './scope.ts';

/** What every directive can reach. */
export interface Workshop {
  readonly draft: Draft;
  readonly ledger: Ledger;
  readonly rules: RuleFiles;
  readonly files: OldFiles;
  /** `Listen`: where and whether with TLS. */
  readonly listens: { readonly address: string; readonly port: number; readonly at: Directive['at'] }[];
  /** `LogFormat`, by nickname; the empty one is that of `TransferLog`. */
  readonly formats: Map<string, string>;
  /** The rules can be written to a file of their own. */
  readonly canWriteRules: boolean;
}

/** Carries out directives of one topic, by lower-case name. */
export type Topic = Readonly<Record<string, (directive: Directive, scope: Scope, workshop: Workshop) => void>>;

/** `On` and `Off` as Apache takes them. */
export function isOn(word: string | undefined): boolean {
  return word?.toLowerCase() === 'on';
}
