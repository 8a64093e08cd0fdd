import type {
  ConnectionInfo,
  EngineMode,
  HeaderList,
  Interruption,
  Phase,
  RuleMatch,
  VariableChange,
} from '../contract.ts';
import type { MatchBudget, Regex } from '../regex/index.ts';
import type { BodyResult } from './body-processor.ts';
import type { MacroText } from './macro.ts';
import type { Member } from './member.ts';
import type { UploadedFile } from './services.ts';

/** The request as far as it is known. Texts are byte strings. */
export interface RequestState {
  readonly method: string;
  readonly uri: string;
  readonly protocol: string;
  readonly line: string;
  readonly headers: HeaderList;
  readonly serverName: string;
  /** Whom the server knows the client to be, and how; undefined where it does not. */
  readonly user?: string | undefined;
  readonly authType?: string | undefined;
  /** Path part of the target as sent, scheme and authority removed. */
  readonly rawPath: string;
  /** Text after the first `?`; undefined without one. */
  readonly query: string | undefined;
  /** Path decoded once, dot segments and double slashes resolved: what phases 2-5 see. */
  readonly path: string;
  readonly headerMembers: readonly Member[];
  /** The same list for all requests with the same names in the same order. */
  readonly headerNames: readonly Member[];
  /** Where a header is among the members, names compared caseless; -1 when there is none. For names that are known at load. */
  readonly indexOfHeader: (name: string) => number;
  readonly cookies: readonly Member[];
  readonly cookieNames: readonly Member[];
  readonly queryArguments: readonly Member[];
  readonly queryArgumentNames: readonly Member[];
  /** An invalid `%` escape in the query. */
  readonly hasInvalidEscape: boolean;
  /** Those of the lists above that are the same objects as in earlier requests. */
  readonly recurring: readonly (readonly Member[])[];
}

/** The request body: what was read and what a processor made of it. */
export interface RequestBodyState {
  /** `URLENCODED`, `MULTIPART`, `XML`, `JSON` or empty. */
  processor: string;
  forceVariable: boolean;
  /** Bytes read so far. */
  length: number;
  /** The raw body where it is kept (REQUEST_BODY, audit log), as far as read. */
  raw: string | undefined;
  /** Whether REQUEST_BODY exists. */
  isVariable: boolean;
  error: string | undefined;
  /** INBOUND_DATA_ERROR */
  isOverLimit: boolean;
  result: BodyResult | undefined;
}

export interface ResponseState {
  readonly status: number;
  readonly reason: string;
  readonly protocol: string;
  readonly headers: HeaderList;
  readonly headerMembers: readonly Member[];
  readonly headerNames: readonly Member[];
  readonly contentType: string | undefined;
  body: string | undefined;
  bodyLength: number;
  /** OUTBOUND_DATA_ERROR */
  isOverLimit: boolean;
}

/** What a body processor made of the response body (`ctl:responseBodyProcessor`). */
export interface ResponseBodyState {
  /** Empty for none. */
  processor: string;
  /** `ctl:forceResponseBodyVariable`: the body is read whatever its type. */
  forceVariable: boolean;
  error: string | undefined;
  result: BodyResult | undefined;
}

/** The copies of bodies that rules can rewrite (`STREAM_INPUT_BODY`, `STREAM_OUTPUT_BODY`); undefined where not kept. */
export interface BodyStreams {
  input: string | undefined;
  output: string | undefined;
  isInputChanged: boolean;
  isOutputChanged: boolean;
}

/** `prepend` and `append`. */
export interface InjectionState {
  prepend: string;
  append: string;
}

/** How long things took, in microseconds. */
export interface Timings {
  readonly phases: [p1: number, p2: number, p3: number, p4: number, p5: number];
  storageRead: number;
  storageWrite: number;
  /** The thread was busy with this exchange; phases may also have waited. With a fraction. */
  work: number;
  /** Time of each rule by id; filled only where SecRulePerfTime is set. */
  readonly rules: Map<number, number>;
}

/** Values that must not be written to any log (the `sanitise…` actions). */
export interface Masking {
  maskArgument(name: string): void;
  maskRequestHeader(name: string): void;
  maskResponseHeader(name: string): void;
  /** Masks the variable with this full name, `ARGS:password`, whose value is `value`. */
  maskVariable(fullName: string, value: string): void;
  /** Masks one text inside the value of the variable with this full name. */
  maskText(fullName: string, value: string, text: string): void;
  /** A text for a log: what macros insert is masked, what the rule's author wrote stays. `names` are the variables matched. */
  expand(text: MacroText, names: readonly string[], tx: TransactionState): string;
  /** A sentence of the engine for a log. */
  text(text: string): string;
  /** A match as it may be handed out. */
  match(match: RuleMatch): RuleMatch;
  /** Says that the texts of a match were expanded through `expand`. */
  noteWritten(match: RuleMatch): void;
}

/** A collection that rules can write: TX and the persistent ones. Keys compare caseless and keep their spelling. */
export interface WritableCollection {
  readonly members: readonly Member[];
  /** The members whose key a pattern matches, where the collection finds them quicker than by looking through all. */
  select?(pattern: Regex, budget: MatchBudget): readonly Member[];
  get(key: string): string | undefined;
  find(key: string): Member | undefined;
  set(key: string, value: string): void;
  /** Sets a variable and gives the value it had before. */
  swap(key: string, value: string): string | undefined;
  delete(key: string): void;
}

/** A persistent collection opened with `initcol` and friends. */
export interface PersistentCollection extends WritableCollection {
  /** Name of the variable: `IP`, `SESSION` … */
  readonly name: string;
  readonly key: string;
  /** Adds to a counter; remembered as a delta so that writers do not lose each other's increments. */
  add(key: string, delta: number): void;
  /** `expirevar`: the variable is gone `seconds` from now. */
  expire(key: string, seconds: number): void;
}

/** Settings a transaction can change for itself through `ctl`. */
export interface TransactionSettings {
  engineMode: EngineMode;
  requestBodyAccess: boolean;
  requestBodyLimit: number;
  responseBodyAccess: boolean;
  responseBodyLimit: number;
  auditEngine: 'On' | 'Off' | 'RelevantOnly';
  auditParts: string;
  debugLogLevel: number;
  /** Signing of links in responses, and whether a request without a valid signature matches `@validateHash`. */
  hashEngine: boolean;
  hashEnforcement: boolean;
}

/** The rule being run, for `RULE` and `%{rule.id}`; the starter's data in a chain. */
export interface RunningRule {
  readonly id: number;
  readonly revision: string | undefined;
  readonly severity: number | undefined;
  readonly version: string | undefined;
  readonly maturity: number | undefined;
  readonly accuracy: number | undefined;
  message(tx: TransactionState): string | undefined;
  data(tx: TransactionState): string | undefined;
}

/** Everything rules can see and change in one exchange. Operators, variables and actions get this. */
export interface TransactionState {
  readonly connection: ConnectionInfo;
  readonly startedAt: number;
  /** Milliseconds since the epoch, now. */
  now(): number;
  /** Microseconds since the transaction began, monotonic. */
  elapsedMicroseconds(): number;
  readonly webAppId: string;
  readonly settings: TransactionSettings;
  readonly phase: Phase;
  readonly budget: MatchBudget;

  readonly request: RequestState;
  readonly body: RequestBodyState;
  readonly response: ResponseState | undefined;
  readonly responseBody: ResponseBodyState;
  readonly streams: BodyStreams;
  readonly injection: InjectionState;
  /** Extracted files by their index among the files of the body. */
  readonly uploads: ReadonlyMap<number, UploadedFile>;
  readonly timings: Timings;
  /** `SecRulePerfTime`: rules that took less are not worth mentioning. */
  readonly slowRuleThreshold: number;
  readonly masking: Masking;
  /** Values `@restpath` found in the path. */
  readonly pathArguments: WritableCollection;
  /** Query arguments, from phase 2 also body arguments, and their names as values. */
  readonly args: readonly Member[];
  readonly argNames: readonly Member[];
  readonly argsPost: readonly Member[];
  readonly argsPostNames: readonly Member[];

  readonly tx: WritableCollection;
  readonly env: WritableCollection;
  /** Filled by `@geoLookup`. */
  readonly geo: WritableCollection;
  /** Collection opened under this variable name (upper case), if any. */
  persistent(name: string): PersistentCollection | undefined;
  /** Opens a collection, the first time for a name; waits where its store is not local. */
  openPersistent(name: string, storeName: string, key: string): void | Promise<void>;
  sessionId: string | undefined;
  userId: string | undefined;

  matchedVar: string | undefined;
  readonly matchedVarName: string | undefined;
  readonly matchedVars: readonly Member[];
  /** Lowest severity number seen; 255 while there is none. */
  readonly highestSeverity: number;
  readonly rule: RunningRule | undefined;
  readonly matches: readonly RuleMatch[];
  readonly interruption: Interruption | undefined;
  /** Error-log lines of the server for this request. */
  readonly serverErrors: readonly string[];

  /** What an operator found last, for the questions that follow a match; nobody else makes anything of it. */
  finding: object | undefined;

  /** Stores captures as TX.0 … TX.9, clearing what was there. */
  setCaptures(groups: readonly (string | undefined)[]): void;
  /** Whether anybody wants to know of variable changes; if not, they need not be noted. */
  readonly isNotingChanges: boolean;
  /** Notes a variable change for explanations. */
  noteChange(change: VariableChange): void;
  /** Removes rules or targets for the rest of the transaction (`ctl:ruleRemove…`). */
  readonly removals: RuleRemovals;
  /** A message for the error log and the audit log, levels 1-3. */
  report(level: 1 | 2 | 3, text: string): void;
}

/** A range of rule ids, both ends included. */
export interface IdRange {
  readonly first: number;
  readonly last: number;
}

/** A target to leave out: all members, one key, or keys matching a pattern. */
export interface TargetRemoval {
  /** Upper-case variable name. */
  readonly variable: string;
  matchesKey: ((key: string) => boolean) | undefined;
}

/** Which loaded rules an exclusion means. Tested once per rule and remembered. */
export interface RuleSelection {
  readonly description: string;
  includes(rule: SelectableRule): boolean;
}

export interface SelectableRule {
  readonly id: number;
  /** Expanded tags in a transaction, raw ones at load. */
  readonly tags: readonly string[];
  readonly rawMessage: string | undefined;
}

export interface RuleRemovals {
  removeRules(selection: RuleSelection): void;
  removeTarget(selection: RuleSelection, target: TargetRemoval): void;
}
