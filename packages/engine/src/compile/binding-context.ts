import type { FileAccess } from '../contract.ts';
import type { RegexCache, RegexOptions } from '../regex/index.ts';
import type { Services } from '../registry/services.ts';
import type { EngineSettings } from '../registry/settings.ts';
import type { Diagnostics } from '../seclang/diagnostics.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What operators and actions are looked up and compiled with. */
export interface BindingContext {
  readonly vocabulary: Vocabulary;
  readonly diagnostics: Diagnostics;
  readonly regexes: RegexCache;
  readonly regexOptions: RegexOptions;
  readonly files: FileAccess;
  readonly services: Services;
  readonly settings: Readonly<EngineSettings>;
}
