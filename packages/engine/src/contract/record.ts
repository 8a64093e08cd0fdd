import type { ConnectionInfo, RequestHead, ResponseHead } from './exchange-heads.ts';
import type { Interruption } from './interruption.ts';
import type { EngineMessage } from './messages.ts';
import type { RuleMatch } from './rule-match.ts';
import type { EngineMode } from './settings.ts';

/** Everything audit logs need; `formatNativeAudit`, `formatJsonAudit` and `formatOcsfAudit` make entries of it. */
export interface TransactionRecord {
  readonly id: string;
  readonly connection: ConnectionInfo;
  readonly startedAt: number;
  readonly durationMicroseconds: number;
  readonly request: RequestHead;
  readonly requestBody: string | undefined;
  /** Part I: body without file contents, where that differs. */
  readonly requestBodyWithoutFiles: string | undefined;
  readonly response: ResponseHead | undefined;
  readonly responseBody: string | undefined;
  readonly matches: readonly RuleMatch[];
  readonly messages: readonly EngineMessage[];
  readonly serverErrors: readonly string[];
  /** Bytes of response body as really sent, where the server has told. */
  readonly responseBytes?: number | undefined;
  /** Where `SecGuardianLog` wants a line about this exchange. */
  readonly guardianLog?: string | undefined;
  readonly interruption: Interruption | undefined;
  readonly engineMode: EngineMode;
  readonly isRelevant: boolean;
  /** Whether an audit record is to be written, and with which parts (`ctl:auditEngine`, `ctl:auditLogParts`). */
  readonly isAudited: boolean;
  readonly auditParts: string;
  readonly uploads: readonly {
    readonly partNumber: number;
    readonly size: number;
    readonly name: string;
    readonly contentType: string | undefined;
  }[];
  readonly phaseMicroseconds: readonly [p1: number, p2: number, p3: number, p4: number, p5: number];
  /** Microseconds spent loading and storing persistent collections. */
  readonly storageMicroseconds: readonly [read: number, write: number];
  /** Rules that took at least `SecRulePerfTime`, with their microseconds. */
  readonly slowRules: readonly (readonly [id: number, microseconds: number])[];
  /** Names whose values rules had masked; the values are masked already. */
  readonly sanitised: SanitisedNames;
  readonly variables: { readonly sessionId: string | undefined; readonly userId: string | undefined };
  /** Hostname and URI fields of log lines. */
  readonly hostname: string;
  readonly uriPath: string;
}

/** Names as the request spelt them, or as rules did. */
export interface SanitisedNames {
  readonly arguments: readonly string[];
  readonly requestHeaders: readonly string[];
  readonly responseHeaders: readonly string[];
}
