import type { CollectionStore, StoredRecord } from '../collections/store.ts';
import type { Program, Rule } from '../compile/program.ts';
import type {
  ConnectionInfo,
  EngineMessage,
  EngineMode,
  Interruption,
  Phase,
  RuleMatch,
  TransactionRecord,
  VariableChange,
} from '../contract.ts';
import { Secrets } from '../masking/secrets.ts';
import { MatchBudget } from '../regex/index.ts';
import { type Member, NO_MEMBERS } from '../registry/member.ts';
import type { OperatorScope } from '../registry/operator.ts';
import type { DebugLog, UploadedFile } from '../registry/services.ts';
import type {
  BodyStreams,
  InjectionState,
  PersistentCollection,
  RequestBodyState,
  RequestState,
  ResponseBodyState,
  ResponseState,
  RunningRule,
  Timings,
  TransactionSettings,
  TransactionState,
} from '../registry/transaction-state.ts';
import { DebugTrace } from './debug-trace.ts';
import type { Looks } from './looks.ts';
import { PersistentRecord, type RecordAddress } from './persistent-record.ts';
import { Removals } from './removals.ts';
import { argumentMember, namesOf } from './request-state.ts';
import { Turn } from './turn.ts';
import { VariableMap } from './variable-map.ts';

/**
 * Steps the inspection of one transaction may take: bytes scanned and transformed, automaton states built, instructions
 * tried. Ordinary text takes 25 to 80 of them per byte under the Core Rule Set, text made of nothing but cut-off attacks
 * 300 (`bench/worst-case.ts`); 10 million are about a tenth of a second.
 */
const TRANSACTION_FUEL = 10_000_000;
/** What each byte of a body adds to that. */
const FUEL_PER_BYTE = 150;

const NO_UPLOADS: ReadonlyMap<number, UploadedFile> = new Map();

/** How far a rule with `allow` lets the exchange through. */
export type AllowScope = 'phase' | 'request' | 'all';

export interface ExchangeOptions {
  readonly connection: ConnectionInfo;
  /** The mode it begins in; that of the rules when absent. */
  readonly engineMode?: EngineMode | undefined;
  readonly program: Program;
  readonly store: CollectionStore;
  readonly now: () => number;
  readonly onBudgetExhausted: 'refuse' | 'continue';
  readonly yieldControl?: (() => Promise<void>) | undefined;
  readonly onMatch: (match: RuleMatch) => void;
  readonly onMessage: (message: EngineMessage) => void;
  readonly debugLog?: DebugLog | undefined;
}

const noRequest: RequestState = {
  method: '',
  uri: '',
  protocol: '',
  line: '',
  headers: [],
  serverName: '',
  rawPath: '',
  query: undefined,
  path: '',
  headerMembers: NO_MEMBERS,
  headerNames: NO_MEMBERS,
  indexOfHeader: () => -1,
  cookies: NO_MEMBERS,
  cookieNames: NO_MEMBERS,
  queryArguments: NO_MEMBERS,
  queryArgumentNames: NO_MEMBERS,
  hasInvalidEscape: false,
  recurring: [],
};

/** The data of one exchange: what rules read and write. It knows nothing about how rules are run. */
export class ExchangeState implements TransactionState {
  readonly connection: ConnectionInfo;
  readonly startedAt: number;
  readonly webAppId: string;
  readonly slowRuleThreshold: number;
  readonly settings: TransactionSettings;
  readonly budget: MatchBudget;
  /** What operators may use. */
  readonly scope: OperatorScope;
  /** Where the server shares its thread with others. */
  readonly turn: Turn | undefined;
  readonly removals: Removals;
  /** Tells the debug log; undefined, the usual case, where there is none. */
  readonly trace: DebugTrace | undefined;
  readonly tx: VariableMap = new VariableMap();
  readonly responseBody: ResponseBodyState = {
    processor: '',
    forceVariable: false,
    error: undefined,
    result: undefined,
  };
  readonly streams: BodyStreams = {
    input: undefined,
    output: undefined,
    isInputChanged: false,
    isOutputChanged: false,
  };
  readonly injection: InjectionState = { prepend: '', append: '' };
  uploads: ReadonlyMap<number, UploadedFile> = NO_UPLOADS;
  readonly timings: Timings = { phases: [0, 0, 0, 0, 0], storageRead: 0, storageWrite: 0, work: 0, rules: new Map() };
  readonly body: RequestBodyState = {
    processor: '',
    forceVariable: false,
    length: 0,
    raw: undefined,
    isVariable: false,
    error: undefined,
    isOverLimit: false,
    result: undefined,
  };
  readonly matches: RuleMatch[] = [];
  readonly messages: EngineMessage[] = [];
  request: RequestState = noRequest;
  response: ResponseState | undefined;
  serverErrors: readonly string[] = [];
  phase: Phase = 1;
  sessionId: string | undefined;
  userId: string | undefined;
  /** What the optimized evaluator has seen of the values so far, by group of rules. */
  looks: (Looks | undefined)[] = [];
  matchedVar: string | undefined;
  #matched: { readonly name: string } | undefined;
  matchedVars: readonly Member[] = NO_MEMBERS;
  highestSeverity = 255;
  finding: object | undefined;
  rule: RunningRule | undefined;
  interruption: Interruption | undefined;
  /** Set by `allow`; the evaluator ends the phase, the transaction leaves out later ones. */
  allowed: AllowScope | undefined;
  /** Matches of rules with `auditlog`, and messages: what makes the transaction relevant. */
  relevance = 0;

  /** What becomes of a request that has used up its budget. */
  readonly onBudgetExhausted: 'refuse' | 'continue';

  readonly #now: () => number;
  readonly #startedAtMonotonic = performance.now();
  readonly #store: CollectionStore;
  readonly #onMatch: (match: RuleMatch) => void;
  readonly #onMessage: (message: EngineMessage) => void;
  /** In the order they were opened: one or two, mostly. */
  readonly #persistent: PersistentRecord[] = [];
  readonly #collectionTimeout: number;
  #env: VariableMap | undefined;
  #geo: VariableMap | undefined;
  #pathArguments: VariableMap | undefined;
  #changes: VariableChange[] | undefined;
  #masking: Secrets | undefined;
  #args: readonly Member[] | undefined;
  #argNames: readonly Member[] | undefined;
  #argsPost: readonly Member[] | undefined;
  #argsPostNames: readonly Member[] | undefined;

  constructor({
    connection,
    engineMode,
    program,
    store,
    now,
    onBudgetExhausted,
    yieldControl,
    onMatch,
    onMessage,
    debugLog,
  }: ExchangeOptions) {
    const { settings } = program;
    this.connection = connection;
    this.startedAt = connection.startedAt ?? now();
    this.webAppId = settings.webAppId;
    this.slowRuleThreshold = settings.rulePerfTime;
    this.settings = {
      engineMode: engineMode ?? settings.engineMode,
      requestBodyAccess: settings.requestBodyAccess,
      requestBodyLimit: settings.requestBodyLimit,
      responseBodyAccess: settings.responseBodyAccess,
      responseBodyLimit: settings.responseBodyLimit,
      auditEngine: settings.audit.engine,
      auditParts: settings.audit.parts,
      debugLogLevel: settings.debugLogLevel,
      hashEngine: settings.linkHashing.engine,
      hashEnforcement: settings.linkHashing.engine,
    };
    const perMatch = settings.pcreMatchLimit;
    this.budget = new MatchBudget(
      perMatch === undefined ? { steps: TRANSACTION_FUEL } : { steps: TRANSACTION_FUEL, perMatch },
    );
    this.scope = { tx: this, budget: this.budget };
    this.turn = yieldControl && new Turn(this.budget, yieldControl);
    this.removals = new Removals(program.rules, this);
    this.trace =
      debugLog === undefined || settings.debugLog === undefined
        ? undefined
        : new DebugTrace(this, settings.debugLog, debugLog);
    this.#now = now;
    this.onBudgetExhausted = onBudgetExhausted;
    this.#store = store;
    this.#onMatch = onMatch;
    this.#onMessage = onMessage;
    this.#collectionTimeout = settings.collectionTimeout;
  }

  // Most exchanges have none of these.

  get env(): VariableMap {
    this.#env ??= new VariableMap();
    return this.#env;
  }

  get geo(): VariableMap {
    this.#geo ??= new VariableMap();
    return this.#geo;
  }

  get pathArguments(): VariableMap {
    this.#pathArguments ??= new VariableMap();
    return this.#pathArguments;
  }

  /** Made when the first match is logged: most exchanges have none. */
  get masking(): Secrets {
    this.#masking ??= new Secrets(this);
    return this.#masking;
  }

  /** The record without what is to be kept secret. */
  maskRecord(record: TransactionRecord): TransactionRecord {
    return this.#masking === undefined ? record : this.#masking.record(record);
  }

  /** Grants the fuel for inspecting so many more bytes. */
  expectBytes(count: number): void {
    this.budget.allow(count * FUEL_PER_BYTE);
  }

  now(): number {
    return this.#now();
  }

  elapsedMicroseconds(): number {
    return Math.round((performance.now() - this.#startedAtMonotonic) * 1000);
  }

  get args(): readonly Member[] {
    const bodyArguments = this.body.result?.arguments ?? [];
    if (bodyArguments.length === 0) return this.request.queryArguments;
    this.#args ??= [...this.request.queryArguments, ...bodyArguments.map(argumentMember)];
    return this.#args;
  }

  get argNames(): readonly Member[] {
    if (this.args === this.request.queryArguments) return this.request.queryArgumentNames;
    this.#argNames ??= namesOf(this.args);
    return this.#argNames;
  }

  get argsPost(): readonly Member[] {
    const { result } = this.body;
    if (result === undefined || !result.isForm) return NO_MEMBERS;
    this.#argsPost ??= result.arguments.map(argumentMember);
    return this.#argsPost;
  }

  get argsPostNames(): readonly Member[] {
    this.#argsPostNames ??= namesOf(this.argsPost);
    return this.#argsPostNames;
  }

  /** Forgets what was derived from the arguments; call it when the request or the body is complete. */
  forgetArguments(): void {
    this.#args = undefined;
    this.#argNames = undefined;
    this.#argsPost = undefined;
    this.#argsPostNames = undefined;
  }

  persistent(name: string): PersistentCollection | undefined {
    for (const record of this.#persistent) if (record.name === name) return record;
    return undefined;
  }

  openPersistent(name: string, storeName: string, key: string): void | Promise<void> {
    if (this.persistent(name) !== undefined) return undefined;
    const start = performance.now();
    const loaded = this.#store.load(storeName, key);
    const address = { name, storeName, key };
    if (loaded instanceof Promise) {
      return loaded
        .finally(() => this.#noteRead(start))
        .then((record) => this.#open(address, record, performance.now()));
    }
    return this.#open(address, loaded, this.#noteRead(start));
  }

  /** Counts the time since a moment as spent with reading; gives the present one. */
  #noteRead(start: number): number {
    const end = performance.now();
    this.timings.storageRead += Math.round((end - start) * 1000);
    return end;
  }

  #open(address: RecordAddress, record: StoredRecord | undefined, monotonic: number): void {
    const { name, storeName } = address;
    if (this.persistent(name) !== undefined) return;
    const now = Math.floor(this.#now() / 1000);
    this.trace?.note(4, `Opened collection "${storeName}" as ${name}${record === undefined ? ', a new record' : ''}.`);
    this.#persistent.push(new PersistentRecord(address, record, { now, monotonic, timeout: this.#collectionTimeout }));
  }

  /** Stores what changed in persistent collections; a promise where the store is not local. */
  storePersistent(): void | Promise<void> {
    let waiting: Promise<void>[] | undefined;
    for (const record of this.#persistent) {
      const update = record.update();
      if (update === undefined) continue;
      const stored = this.#store.update(record.storeName, record.key, update);
      if (!(stored instanceof Promise)) continue;
      waiting ??= [];
      waiting.push(stored);
    }
    return waiting && Promise.all(waiting).then(() => undefined);
  }

  setCaptures(groups: readonly (string | undefined)[]): void {
    this.tx.setCaptures(groups);
  }

  get matchedVarName(): string | undefined {
    return this.#matched?.name;
  }

  /** The value that matched last, and what knows its name. */
  noteMatched(matched: { readonly name: string }, value: string): void {
    this.matchedVar = value;
    this.#matched = matched;
  }

  get isNotingChanges(): boolean {
    return this.#changes !== undefined || this.trace !== undefined;
  }

  noteChange(change: VariableChange): void {
    this.#changes?.push(change);
    this.trace?.changed(change);
  }

  /** Nobody wants to know of the changes to come. */
  ignoreChanges(): void {
    this.#changes = undefined;
  }

  /** Starts to collect variable changes into a new list. */
  collectChanges(): readonly VariableChange[] {
    this.#changes = [];
    return this.#changes;
  }

  recordMatch(match: RuleMatch, rule: Rule): void {
    this.matches.push(match);
    if (rule.auditLog) this.relevance++;
    this.#onMatch(match);
  }

  report(level: 1 | 2 | 3, text: string): void {
    const message: EngineMessage = { level, text: this.#masking === undefined ? text : this.#masking.text(text) };
    this.messages.push(message);
    this.relevance++;
    this.trace?.note(level, text);
    this.#onMessage(message);
  }
}
