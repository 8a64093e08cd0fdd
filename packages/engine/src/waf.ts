import { createVocabulary } from './builtins.ts';
import { asciiBestFitMap } from './bytes/unicode-map-20127.ts';
import { MemoryStore } from './collections/memory-store.ts';
import type { CollectionStore } from './collections/store.ts';
import { defaultSettings } from './compile/default-settings.ts';
import { loadProgram } from './compile/load.ts';
import type { Program } from './compile/program.ts';
import { createRuleCache } from './compile/rule-cache.ts';
import type { Vocabulary } from './compile/vocabulary.ts';
import type {
  ConnectionInfo,
  FileAccess,
  Transaction,
  TransactionOptions,
  Waf,
  WafOptions,
  WafSettings,
} from './contract.ts';
import type { Evaluator } from './run/evaluator.ts';
import { measureProgram } from './run/measure.ts';
import { optimizedEvaluator } from './run/optimized.ts';
import { createReferenceEvaluator } from './run/reference.ts';
import { type Diagnostic, formatDiagnostic } from './seclang/diagnostics.ts';
import { WafTransaction } from './transaction.ts';

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
  return new CompiledWaf(options, createVocabulary(options.plugins));
}

/** The rules cannot be loaded. `message` holds one line per mistake. */
export class RuleSetError extends Error {
  override readonly name = 'RuleSetError';
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
    super(errors.map(formatDiagnostic).join('\n'));
    this.diagnostics = diagnostics;
  }
}

/** Used when a program gives no file access: every file is unreadable, and the message says why. */
const noFiles: FileAccess = {
  read: (path) => {
    throw new Error(`no file access was given to createWaf, so ${path} cannot be read`);
  },
  list: () => [],
  resolve: (_from, path) => path,
};

class CompiledWaf implements Waf {
  readonly settings: WafSettings;
  readonly ruleCount: number;
  readonly warnings: readonly Diagnostic[];
  readonly #program: Program;
  readonly #store: CollectionStore;
  readonly #vocabulary: Vocabulary;
  readonly #evaluator: Evaluator;
  readonly #options: WafOptions;

  constructor(options: WafOptions, vocabulary: Vocabulary) {
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
    this.settings = program.settings;
    this.ruleCount = program.rules.length;
    this.warnings = diagnostics.all;
    this.#program = program;
    this.#vocabulary = vocabulary;
    this.#evaluator =
      options.evaluator === 'reference'
        ? createReferenceEvaluator(costs)
        : optimizedEvaluator(program, costs, cache.clauses);
    this.#options = options;
    this.#store = options.collections ?? new MemoryStore(options.now === undefined ? {} : { now: options.now });
  }

  openTransaction(connection: ConnectionInfo, options: TransactionOptions = {}): Transaction {
    return new WafTransaction({
      connection,
      engineMode: options.engineMode,
      program: this.#program,
      evaluator: this.#evaluator,
      vocabulary: this.#vocabulary,
      store: this.#store,
      uploads: this.#options.uploads,
      holdsXml: this.#options.xmlValidation !== undefined,
      now: this.#options.now ?? Date.now,
      onBudgetExhausted: this.#options.onBudgetExhausted ?? 'refuse',
      yieldControl: this.#options.yieldControl,
      onMatch: this.#options.onMatch,
      onMessage: this.#options.onMessage,
      debugLog: this.#options.debugLog,
    });
  }
}
