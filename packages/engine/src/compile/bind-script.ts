import { escapeKey } from '../bytes/escape.ts';
import type { FileAccess } from '../contract.ts';
import type { Member } from '../registry/member.ts';
import type { CompiledScript, ScriptEngine, ScriptHost, ScriptVariable } from '../registry/services.ts';
import type { EngineSettings } from '../registry/settings.ts';
import type { TransactionState } from '../registry/transaction-state.ts';
import type { Variable } from '../registry/variable.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface ScriptBindingContext {
  readonly vocabulary: Vocabulary;
  readonly files: FileAccess;
  readonly settings: Readonly<EngineSettings>;
}

/** What reads and compiles the scripts that a rule file names. */
export function scriptBinder(
  file: string,
  scripts: ScriptEngine,
  { files, vocabulary, settings }: ScriptBindingContext,
): (path: string) => CompiledScript {
  return (path) => {
    const place = files.resolve(file, path);
    const script = scripts.compile(files.read(place), place);
    return (tx, argument) => script.run(new TransactionHost(tx, vocabulary, settings), argument);
  };
}

/** The transaction as scripts see it. */
class TransactionHost implements ScriptHost {
  readonly #tx: TransactionState;
  readonly #vocabulary: Vocabulary;
  readonly #settings: Readonly<EngineSettings>;

  constructor(tx: TransactionState, vocabulary: Vocabulary, settings: Readonly<EngineSettings>) {
    this.#tx = tx;
    this.#vocabulary = vocabulary;
    this.#settings = settings;
  }

  log(level: number, text: string): void {
    if (level === 1 || level === 2 || level === 3) this.#tx.report(level, text);
  }

  variables(target: string, transformations: readonly string[]): readonly ScriptVariable[] {
    const [name, key] = splitName(target);
    const variable = this.#vocabulary.variables.require(name);
    const steps = transformations
      .filter((step) => step.toLowerCase() !== 'none')
      .map((step) => this.#vocabulary.transformations.require(step));
    return this.#members(variable, key).map((member) => ({
      name: member.name ?? (member.key === undefined ? variable.name : `${variable.name}:${escapeKey(member.key)}`),
      value: steps.reduce((value, step) => step.apply(value, this.#settings), member.value),
    }));
  }

  setVariable(name: string, value: string): void {
    const [word, key = ''] = splitName(name);
    const collection = word.toUpperCase();
    const variables = collection === 'TX' ? this.#tx.tx : this.#tx.persistent(collection);
    if (variables === undefined || key === '') throw new Error(`"${name}" is not a variable that can be set`);
    const before = variables.get(key);
    variables.set(key, value);
    this.#tx.noteChange({ name: `${collection}:${key}`, before, after: value });
  }

  #members(variable: Variable, key: string | undefined): readonly Member[] {
    if (key === undefined) return variable.members(this.#tx);
    if (variable.compileSelector !== undefined) {
      return variable.compileSelector(key, { namespaces: new Map(), warn: () => {} })(this.#tx);
    }
    if (variable.find !== undefined) return variable.find(this.#tx, key);
    const wanted = key.toLowerCase();
    return variable.members(this.#tx).filter((member) => member.key?.toLowerCase() === wanted);
  }
}

/** `ARGS.a`, as scripts of ModSecurity write it, or `ARGS:a`, as rules do. */
function splitName(target: string): readonly [name: string, key: string | undefined] {
  for (let at = 0; at < target.length; at++) {
    if (target[at] === '.' || target[at] === ':') return [target.slice(0, at), target.slice(at + 1)];
  }
  return [target, undefined];
}
