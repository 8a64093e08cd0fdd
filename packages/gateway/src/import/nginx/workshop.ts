import type { Draft } from '../proxy/draft.ts';
import type { Ledger } from '../proxy/ledger.ts';
import type { OldFiles } from '../proxy/old-files.ts';
import type { RuleFiles } from '../proxy/rule-files.ts';
import type { NginxScope } from './scope.ts';
import type { Zone } from './traffic.ts';

/** What every directive can reach. */
export interface NginxWorkshop {
  readonly draft: Draft;
  readonly ledger: Ledger;
  readonly rules: RuleFiles;
  readonly files: OldFiles;
  /** `log_format`, by name, as a LogFormat; undefined where that cannot say it. */
  readonly formats: Map<string, string | undefined>;
  /** `limit_req_zone` and `limit_conn_zone`, by name. */
  readonly zones: Map<string, Zone>;
  /** The tag of routes in a block, where its requests are logged otherwise than others. */
  readonly tagOf: (scope: NginxScope) => string | undefined;
  /** The rules can be written to a file of their own. */
  readonly canWriteRules: boolean;
}
