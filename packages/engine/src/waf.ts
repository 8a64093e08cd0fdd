import { createVocabulary } from './builtins.ts';
import { asciiBestFitMap } from './bytes/unicode-map-20127.ts';
import { MemoryStore } from './collections/memory-store.ts';
import type { CollectionStore } from './collections/store.ts';
import { defaultSettings } from './compile/default-settings.ts';
import { loadProgram } from './compile/load/load-program.ts';
import type { Program } from './compile/program.ts';
import { createRuleCache, type RuleCache } from './compile/rule-cache.ts';
import { switchRules } from './compile/switch-rules.ts';
import type { Vocabulary } from './compile/vocabulary.ts';
import type {
  ConnectionInfo,
  FileAccess,
  RuleSwitch,
  Transaction,
  TransactionOptions,
  Waf,
  WafOptions,
  WafSettings,
} from './contract.ts';
import type { Evaluator } from './run/evaluator.ts';
import { HeadMemory } from './run/head-memory.ts';
import { type Costs, measureProgram } from './run/measure.ts';
import { optimizedEvaluator } from './run/optimized.ts';
import { createReferenceEvaluator } from './run/reference.ts';
import type { Diagnostic } from './seclang/diagnostics.ts';
import { RuleSetError } from './seclang/rule-set-error.ts';
import { WafTransaction } from './transaction/transaction.ts';

/**
 * Compiles rules once; the result opens any number of transactions.
 *
 * Throws {@link RuleSetError}, with every mistake and its place, when the rules cannot be loaded as they are, and
 * `PluginError` when a plugin takes a name that is in use.
 *
 * @example
 * const waf = createWaf({ rules: [{ file: 'rules.conf', text: 'SecRuleEngine On\nSecRule ARGS "@contains evil" "id:1,deny"' }] });
 */
export function createWaf(options: WafOptions): Waf {
  const vocabulary = createVocabulary(options.plugins);
  const cache = options.cache ?? createRuleCache();
  const { program: loaded, diagnostics } = loadProgram({
    sources: options.rules,
    files: options.files ?? noFiles,
    vocabulary,
    settings: { ...defaultSettings(asciiBestFitMap), jsonNames: options.jsonNames ?? 'modsecurity2' },
    regexes: cache.regexes,
    regexOptions: { dotAll: true, dollarEndOnly: true },
    services: options,
  });
  if (loaded === undefined) throw new RuleSetError(diagnostics.all);
  const { program, costs } =
    options.measure === undefined ? { program: loaded, costs: undefined } : measureProgram(loaded, options.measure);
  return new CompiledWaf({ options, vocabulary, cache, warnings: diagnostics.all }, program, costs);
}

/** Used when a program gives no file access: every file is unreadable, and the message says why. */
const noFiles: FileAccess = {
  read: (path) => {
    throw new Error(`no file access was given to createWaf, so ${path} cannot be read`);
  },
  list: () => [],
  resolve: (_from, path) => path,
};

/** What all forms of a rule set have in common. */
interface WafParts {
  readonly options: WafOptions;
  readonly vocabulary: Vocabulary;
  readonly cache: RuleCache;
  readonly warnings: readonly Diagnostic[];
}

class CompiledWaf implements Waf {
  readonly settings: WafSettings;
  readonly ruleCount: number;
  readonly warnings: readonly Diagnostic[];
  readonly #program: Program;
  /** As loaded, without switches. */
  readonly #loaded: Program;
  readonly #store: CollectionStore;
  readonly #evaluator: Evaluator;
  readonly #parts: WafParts;
  readonly #headMemory: HeadMemory;

  constructor(parts: WafParts, program: Program, costs: Costs | undefined, earlier?: CompiledWaf) {
    const { options, cache } = parts;
    this.settings = program.settings;
    this.ruleCount = program.rules.length;
    this.warnings = parts.warnings;
    this.#program = program;
    this.#headMemory = new HeadMemory(program.settings);
    this.#loaded = earlier === undefined ? program : earlier.#loaded;
    this.#parts = parts;
    this.#evaluator =
      options.evaluator === 'reference'
        ? createReferenceEvaluator(costs)
        : optimizedEvaluator(program, costs, cache.clauses);
    this.#store =
      earlier !== undefined
        ? earlier.#store
        : (options.collections ?? new MemoryStore(options.now === undefined ? {} : { now: options.now }));
  }

  *prepare(): Generator<void, void, undefined> {
    if (this.#evaluator.prepare !== undefined) yield* this.#evaluator.prepare();
    for (const { links } of this.#evaluator.expected ?? this.#program.rules) {
      for (const { test } of links) {
        const { forecast } = test.matcher;
        if (forecast?.kind === 'regex' && forecast.regex.prepare()) yield;
      }
    }
  }

  hasRule(id: number): boolean {
    return this.#loaded.rules.some((rule) => rule.id === id);
  }

  withRuleSwitches(switches: ReadonlyMap<number, RuleSwitch>): Waf {
    return new CompiledWaf(this.#parts, switchRules(this.#loaded, switches), undefined, this);
  }

  openTransaction(connection: ConnectionInfo, { engineMode }: TransactionOptions = {}): Transaction {
    const { options, vocabulary } = this.#parts;
    return new WafTransaction({
      connection,
      engineMode,
      program: this.#program,
      evaluator: this.#evaluator,
      vocabulary,
      headMemory: this.#headMemory,
      store: this.#store,
      uploads: options.uploads,
      holdsXml: options.xmlValidation !== undefined,
      now: options.now ?? Date.now,
      onBudgetExhausted: options.onBudgetExhausted ?? 'refuse',
      yieldControl: options.yieldControl,
      onMatch: options.onMatch,
      onMessage: options.onMessage,
      debugLog: options.debugLog,
    });
  }
}
