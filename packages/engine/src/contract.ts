/**
 * The public surface as types: what a program hands to the engine and what it gets back. `waf.ts` and `transaction/`
 * implement it. All text that comes from the network or from rule files is a byte string (char codes 0-255).
 */
import type { CollectionStore } from './collections/store.ts';
import type { RuleCache } from './compile/rule-cache.ts';
import type { Plugin } from './registry/plugin.ts';
import type { Services } from './registry/services.ts';
import type { Diagnostic } from './seclang/diagnostics.ts';

/** A value, or a promise of it where a rule had to wait (a store over the network, an external program). */
export type MaybePromise<T> = T | Promise<T>;

/** A file of rules, or text that is treated as one. */
export interface RuleSource {
  /** Name for diagnostics and logs; relative paths in the text are resolved against its directory. */
  readonly file: string;
  readonly text: string;
}

/** How the engine reaches files; `@sallyport/engine/node` has one for the local disk. */
export interface FileAccess {
  /** Content of a file as a byte string. Throws when it cannot be read. */
  read(path: string): string;
  /** Files a path or glob names, sorted bytewise; empty when there are none. */
  list(pattern: string): readonly string[];
  /** `path` as seen from the directory of `from`; absolute paths stay as they are. */
  resolve(from: string, path: string): string;
}

/** Everything a rule set needs; of the {@link Services}, what is absent is refused where a rule asks for it. */
export interface WafOptions extends Services {
  /** Loaded in this order, as if they were one file. A string names a file to be read through `files`. */
  readonly rules: readonly (RuleSource | string)[];
  /** Needed for file names in `rules`, `Include` and operators such as `@pmFromFile`. */
  readonly files?: FileAccess;
  /** Words of your own for the rule language, written in TypeScript; see `@sallyport/engine/plugin`. */
  readonly plugins?: readonly Plugin[];
  /** Where persistent collections live; in memory by default. */
  readonly collections?: CollectionStore;
  /** Called for every rule match that is to be logged, at the moment it happens and in order. */
  readonly onMatch?: (match: RuleMatch, transaction: Transaction) => void;
  /** Called for engine messages of levels 1-3 (errors, warnings, notices), for the error log. */
  readonly onMessage?: (message: EngineMessage, transaction: Transaction) => void;
  /** Milliseconds since the epoch; a parameter so that tests and replay can set the time. */
  readonly now?: () => number;
  /**
   * How rules are run: `optimized` (the default) leaves out what cannot match, `reference` looks at everything. Both decide
   * the same; the second is there to prove it.
   */
  readonly evaluator?: 'optimized' | 'reference';
  /**
   * What becomes of a request whose inspection needs more work than one request may cause: `refuse` (the default) answers
   * 403, `continue` goes on with what is left of the rules as if nothing else matched. Either way the error log names the
   * rule and the variable, and rules can see TX:MSC_PCRE_LIMITS_EXCEEDED.
   */
  readonly onBudgetExhausted?: 'refuse' | 'continue';
  /**
   * Lets others have the thread; resolves when it is this request's turn again. Called in the middle of a phase whenever one
   * request has kept the thread busy for some milliseconds. Without it phases run to their end in one go. A rejection ends the
   * phase, which rejects with the same.
   */
  readonly yieldControl?: (transaction: Transaction) => Promise<void>;
  /**
   * What the leaves of a JSON body are called: `{"a":[{"b":1}]}` gives `ARGS:a.a.b` with the names of ModSecurity 2 (the
   * default), which rule sets are written for, `ARGS:json.a.array_0.b` with those of ModSecurity 3, and `ARGS:json.a.0.b` with
   * those of Coraza, where `ARGS:json.a` is the length of the array.
   */
  readonly jsonNames?: JsonNames;
  /**
   * For profilers: called once for each condition when the rules are loaded; what running it costs is added to the object it
   * gives. Without it nothing is measured.
   */
  readonly measure?: (condition: MeasuredCondition) => ConditionCost;
  /** From `createRuleCache`; firewalls that are given the same one share their compiled patterns. */
  readonly cache?: RuleCache;
}

/** One SecRule or SecAction: a rule of its own, or one link of a chain. */
export interface MeasuredCondition {
  /** The rule it belongs to, with the place of its first link. */
  readonly rule: RuleReference;
  readonly phase: Phase;
  /** 0 for the first link. */
  readonly position: number;
  readonly file: string;
  readonly line: number;
  /** `@rx` or `!@rx`; `unconditional` for SecAction. */
  readonly operator: string;
  /** The argument as it was written. */
  readonly argument: string;
}

/** What a condition has cost so far. The engine only adds; whoever measures may set it back. Times are in microseconds. */
export interface ConditionCost {
  /** How often it was run, that is, was not left out because it could not match. */
  runs: number;
  /** Values it was run on. */
  values: number;
  /** How often its operator was asked; also to find out beforehand whether it has to be run. */
  tests: number;
  /** Values it matched. */
  matches: number;
  /** Bytes the operator was given. */
  bytes: number;
  /** Steps the operator took of the fuel of its transactions. */
  fuel: number;
  operatorTime: number;
  /** The rest of its runs: collecting values, transformations, actions, log records. */
  otherTime: number;
}

/** Whose names the leaves of a JSON body have. */
export type JsonNames = 'modsecurity2' | 'modsecurity3' | 'coraza';

export type EngineMode = 'On' | 'DetectionOnly' | 'Off';

/** A loaded rule set: immutable, shared by any number of transactions. */
export interface Waf {
  readonly settings: WafSettings;
  /** Rules that can fire, chains counted once, markers not at all. */
  readonly ruleCount: number;
  /** Warnings of the load. */
  readonly warnings: readonly Diagnostic[];
  openTransaction(connection: ConnectionInfo, options?: TransactionOptions): Transaction;
  /**
   * Makes beforehand what the first requests would have to wait for, one piece at each step: automata of the patterns they are
   * asked about. For moments in which there is nothing else to do; nobody has to call it, or to go on to the end.
   */
  prepare(): Iterable<void>;
  /** Whether a rule of this id was loaded. */
  hasRule(id: number): boolean;
  /**
   * The same rule set with some rules off or with another effect, by id; in place of all earlier switches. What was compiled is
   * shared. Throws a `RangeError` when there is no such rule.
   */
  withRuleSwitches(switches: ReadonlyMap<number, RuleSwitch>): Waf;
}

/**
 * What becomes of a rule: `off` is not run; `pass` matches and refuses nothing; `log` too, and writes the match down whatever the
 * rule says; `deny` refuses with the status of the rule, 403 by default.
 */
export type RuleSwitch = 'off' | 'pass' | 'log' | 'deny';

/** How one exchange is inspected, where that differs from what the rules say. */
export interface TransactionOptions {
  /** In place of `SecRuleEngine`: the same rule set can enforce here and only detect there. */
  readonly engineMode?: EngineMode;
}

/** Settings a server must know to feed the engine and to write its logs. */
export interface WafSettings {
  readonly engineMode: EngineMode;
  readonly requestBodyAccess: boolean;
  readonly requestBodyLimit: number;
  readonly requestBodyLimitAction: 'Reject' | 'ProcessPartial';
  /** `SecRequestBodyInMemoryLimit`; undefined where the rules leave it to the server. */
  readonly requestBodyInMemoryLimit: number | undefined;
  readonly requestBodyNoFilesLimit: number;
  readonly responseBodyAccess: boolean;
  readonly responseBodyLimit: number;
  readonly responseBodyLimitAction: 'Reject' | 'ProcessPartial';
  /** Lower-case types whose bodies are buffered; `null` stands for a missing Content-Type. */
  readonly responseBodyMimeTypes: readonly string[];
  /** `SecDisableBackendCompression`: ask the upstream for responses that can be read. */
  readonly disableBackendCompression: boolean;
  /** `SecContentInjection`: whether {@link Transaction.injection} is to be applied. */
  readonly contentInjection: boolean;
  /** `SecStreamInBodyInspection`, `SecStreamOutBodyInspection`: bodies may come back rewritten. */
  readonly streamInBodyInspection: boolean;
  readonly streamOutBodyInspection: boolean;
  readonly connections: ConnectionSettings;
  readonly audit: AuditSettings;
  readonly tmpDir: string | undefined;
  readonly uploadDir: string | undefined;
  readonly uploadKeepFiles: 'On' | 'Off' | 'RelevantOnly';
  readonly uploadFileMode: number;
  /** `SecTmpSaveUploadedFiles`: uploads are extracted while rules run although they are not kept. */
  readonly tmpSaveUploadedFiles: boolean;
  readonly dataDir: string | undefined;
  readonly debugLog: string | undefined;
  readonly debugLogLevel: number;
  readonly guardianLog: GuardianSettings | undefined;
  readonly serverSignature: string | undefined;
  readonly componentSignatures: readonly string[];
  readonly webAppId: string;
  readonly sensorId: string;
}

/** `SecGuardianLog` */
export interface GuardianSettings {
  /** A file, or `|program arguments`. */
  readonly log: string;
  /** A variable of `setenv` that must be there, or must not. */
  readonly condition?: { readonly variable: string; readonly isNegated: boolean };
}

/** `SecConnEngine` and its limits; the engine sees requests only, so the server counts connections. */
export interface ConnectionSettings {
  readonly engine: EngineMode;
  /** Connections of one address that are sending their request. */
  readonly reading: ConnectionLimit;
  /** Connections of one address that are receiving their response. */
  readonly writing: ConnectionLimit;
}

export interface ConnectionLimit {
  /** Most connections of one address; 0 for no limit. */
  readonly maximum: number;
  /** Whether the limit is for this address at all. */
  appliesTo(address: string): boolean;
}

export interface AuditSettings {
  readonly engine: 'On' | 'Off' | 'RelevantOnly';
  /** `HTTPS` and `Syslog` send each entry to the server at the address in `log`. */
  readonly type: 'Serial' | 'Concurrent' | 'HTTPS' | 'Syslog';
  readonly format: 'Native' | 'JSON' | 'OCSF';
  /** Letters in configuration order, A and Z not included. */
  readonly parts: string;
  readonly log: string | undefined;
  readonly log2: string | undefined;
  readonly storageDir: string | undefined;
  readonly dirMode: number;
  readonly fileMode: number;
}

export interface ConnectionInfo {
  /** UNIQUE_ID. */
  readonly id: string;
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly serverAddress: string;
  readonly serverPort: number;
  /** Milliseconds since the epoch when the request began; now by default. */
  readonly startedAt?: number;
  /**
   * Anything of the caller's that belongs to the exchange, for `onMatch`, `onMessage` and `yieldControl` to find at the transaction; the engine
   * does not look at it.
   */
  readonly context?: unknown;
}

/** Header names and values as received, in order, repeated names kept. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

export interface RequestHead {
  readonly method: string;
  /** The request target as sent, absolute form included. */
  readonly uri: string;
  /** `HTTP/1.1` */
  readonly protocol: string;
  /** First line as received, without line end; put together from the three above when absent. */
  readonly line?: string;
  readonly headers: HeaderList;
  /** SERVER_NAME: host the server resolved for the request; the Host header without port by default. */
  readonly serverName?: string;
  /** REMOTE_USER: whom the server knows the client to be; what an Authorization header claims by default. */
  readonly user?: string;
  /** AUTH_TYPE: how it knows that; the scheme of the Authorization header by default. */
  readonly authType?: string;
  /** Credentials the server has looked at: no log shows their values. */
  readonly secrets?: {
    readonly headers: readonly string[];
    readonly cookies: readonly string[];
  };
}

export interface ResponseHead {
  readonly status: number;
  readonly reason?: string;
  /** `HTTP/1.1` */
  readonly protocol: string;
  readonly headers: HeaderList;
}

/** What the engine decided should happen instead of going on. */
export interface Interruption {
  readonly action: 'deny' | 'drop' | 'redirect' | 'proxy';
  /** Status to answer with. */
  readonly status: number;
  /** Target of `redirect` and `proxy`. */
  readonly url?: string;
  readonly phase: Phase;
  /** The rule that decided; absent for limits of the engine itself. */
  readonly rule?: RuleReference;
  /** Reason in one line. */
  readonly message: string;
}

export type Phase = 1 | 2 | 3 | 4 | 5;

export interface RuleReference {
  readonly id: number;
  readonly file: string;
  readonly line: number;
}

/** One hit of a rule: the material of a log line. Texts are expanded; only `operatorText` is escaped, because nobody else knows its quotes. */
export interface RuleMatch {
  readonly rule: RuleReference;
  readonly phase: Phase;
  /** `Warning.`, `Access denied with code 403 (phase 2).` …. */
  readonly action: string;
  /** Operator sentence of the last link, for example `Pattern match "…" at ARGS:q.`; values in it are escaped. */
  readonly operatorText: string;
  readonly message: string | undefined;
  readonly data: string | undefined;
  /** 0-7, or undefined when the rule has none. */
  readonly severity: number | undefined;
  readonly revision: string | undefined;
  readonly version: string | undefined;
  readonly maturity: number | undefined;
  readonly accuracy: number | undefined;
  readonly tags: readonly string[];
  /** Every value that made this rule or chain match, last link last. */
  readonly matched: readonly MatchedValue[];
  readonly isDisruptive: boolean;
  /** The line goes to the error log (`log`) / the transaction becomes relevant (`auditlog`). */
  readonly log: boolean;
  readonly auditLog: boolean;
}

export interface MatchedValue {
  /** Full name, for example `ARGS:q`. */
  readonly name: string;
  /** Value after transformations. */
  readonly value: string;
  /** Value as it was before. */
  readonly original: string;
  readonly transformations: readonly string[];
  readonly operator: string;
  readonly isNegated: boolean;
  /** Matched bytes `[start, end)` in `value`, where the operator can tell. */
  readonly span?: readonly [start: number, end: number];
  /** Rule file line of the link that matched. */
  readonly line: number;
  /** `setvar` results of this match, in order: name, before, after. Lets a reader follow the score. */
  readonly changes: readonly VariableChange[];
}

export interface VariableChange {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface EngineMessage {
  /** 1 error, 2 warning, 3 notice. */
  readonly level: 1 | 2 | 3;
  readonly text: string;
}

export type DebugLevel = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** One line for the debug log; `formatDebugLine` puts it together. Texts are byte strings. */
export interface DebugLine {
  /** The argument of SecDebugLog. */
  readonly file: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly level: DebugLevel;
  readonly text: string;
  readonly hostname: string;
  readonly uriPath: string;
  readonly serverPort: number;
  readonly transactionId: string;
}

/** One HTTP exchange. Call the phases in order; after an interruption only `processLogging` does anything. */
export interface Transaction {
  readonly id: string;
  readonly connection: ConnectionInfo;
  readonly interruption: Interruption | undefined;
  /** Mode in force now, `ctl:ruleEngine` included. */
  readonly engineMode: EngineMode;
  /** Hits so far, in order. */
  readonly matches: readonly RuleMatch[];
  /** Phase 1. */
  processRequestHeaders(head: RequestHead): MaybePromise<Interruption | undefined>;
  /** Whether the body should be given to `writeRequestBody`; known after phase 1. */
  readonly wantsRequestBody: boolean;
  /** Bytes of request body the engine reads at most (the limit in force). */
  readonly requestBodyLimit: number;
  /**
   * Takes the next bytes of the request body. Gives an interruption when a limit refuses the request. Under
   * ProcessPartial bytes over the limit are ignored.
   */
  writeRequestBody(chunk: Uint8Array): Interruption | undefined;
  /** Phase 2; call it also for requests without a body. */
  processRequestBody(): MaybePromise<Interruption | undefined>;
  /** Phase 3. */
  processResponseHeaders(head: ResponseHead): MaybePromise<Interruption | undefined>;
  /** Whether the response body must be held back and given to `writeResponseBody`; known after phase 3. */
  readonly wantsResponseBody: boolean;
  /** Bytes of response body the engine wants at most before a verdict (the limit in force). */
  readonly responseBodyLimit: number;
  writeResponseBody(chunk: Uint8Array): Interruption | undefined;
  /** Phase 4. */
  processResponseBody(): MaybePromise<Interruption | undefined>;
  /** What rules put in front of and behind the response body (`prepend`, `append`); known after phase 3. */
  readonly injection: ContentInjection | undefined;
  /** The request body to forward instead, when rules changed it (`@rsub` on STREAM_INPUT_BODY); known after phase 2. */
  readonly rewrittenRequestBody: Uint8Array | undefined;
  /** The response body to send instead (`@rsub` on STREAM_OUTPUT_BODY, link hashing); known after phase 4. */
  readonly rewrittenResponseBody: Uint8Array | undefined;
  /** The Location header to send instead, when link hashing signed it; known after phase 3. */
  readonly rewrittenLocation: string | undefined;
  /** A variable of the request's environment that rules have set (`setenv`), for log formats and programs. */
  environmentVariable(name: string): string | undefined;
  /** A member of TX, for example an anomaly score. */
  transactionVariable(name: string): string | undefined;
  /** Microseconds rules and parsers have kept the thread for this exchange so far; what it waited for is left out. */
  readonly workMicroseconds: number;
  /** Phase 5; also stores collections and decides whether the exchange is audited. Call it exactly once, always. */
  processLogging(facts?: LoggingFacts): MaybePromise<TransactionRecord>;
}

/** Text to put around a response body, byte strings. */
export interface ContentInjection {
  readonly prepend: string;
  readonly append: string;
}

/** What only the server knows at the end. */
export interface LoggingFacts {
  /** Headers and status as really sent. */
  readonly response?: ResponseHead;
  readonly responseBytes?: number;
  /** Error-log lines the server wrote for this request (WEBSERVER_ERROR_LOG). */
  readonly serverErrors?: readonly string[];
}

/** Names as the request spelt them, or as rules did. */
export interface SanitisedNames {
  readonly arguments: readonly string[];
  readonly requestHeaders: readonly string[];
  readonly responseHeaders: readonly string[];
}

/** Everything audit logs need; formatted by `formatNativeAudit` and `formatJsonAudit`. */
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
