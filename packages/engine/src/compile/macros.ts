import { equalsIgnoreCase } from '../bytes/ascii.ts';
import { internalized } from '../bytes/internalized.ts';
import { constantText, type MacroText } from '../registry/macro.ts';
import type { Registry } from '../registry/registry.ts';
import type { TransactionState } from '../registry/transaction-state.ts';
import type { Variable } from '../registry/variable.ts';
import { type MacroReference, parseMacros } from '../seclang/macros.ts';

/** One macro: where its value comes from. */
interface Reference {
  readonly variable: string;
  readonly key: string | undefined;
  expand(tx: TransactionState): string;
}

/**
 * Compiles text with `%{NAME.key}` macros: inserted raw, never rescanned, first member, keys literal and
 * caseless, empty when there is no value. Names nobody knows are reported and expand to nothing.
 */
export function compileMacros(
  source: string,
  variables: Registry<Variable>,
  warn: (message: string) => void,
): MacroText {
  if (!source.includes('%{')) return constantText(source);
  const parts = parseMacros(source, () => warn('"%{" without "}" is taken as it stands'));
  const pieces = parts.map((part) => (typeof part === 'string' ? part : compileReference(part, variables, warn)));
  if (pieces.every((piece) => typeof piece === 'string')) return constantText(source);
  const references = pieces.filter((piece) => typeof piece !== 'string');
  const only = pieces.length === 1 ? pieces[0] : undefined;
  return {
    source,
    isConstant: false,
    variables: references.map(({ variable }) => variable),
    keys: references.map(({ key }) => key),
    expand:
      typeof only === 'object'
        ? only.expand
        : (tx) => {
            let text = '';
            for (const piece of pieces) text += typeof piece === 'string' ? piece : piece.expand(tx);
            return text;
          },
    expandMasked: (tx, mask) => {
      let text = '';
      for (const piece of pieces) text += typeof piece === 'string' ? piece : mask(piece.expand(tx), piece.variable);
      return text;
    },
  };
}

function compileReference(
  { name, key }: MacroReference,
  variables: Registry<Variable>,
  warn: (message: string) => void,
): Reference {
  const variable = variables.find(name);
  if (variable === undefined) {
    const suggestion = variables.suggest(name);
    const hint = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
    warn(`unknown variable "${name}" in a macro expands to nothing${hint}`);
    return { variable: name, key, expand: () => '' };
  }
  return { variable: variable.name, key, expand: readerOf(variable, key) };
}

function readerOf(variable: Variable, key: string | undefined): (tx: TransactionState) => string {
  if (key === undefined) return (tx) => variable.members(tx)[0]?.value ?? '';
  // What most macros of rules read.
  if (variable.name === 'TX') {
    const name = internalized(key);
    return (tx) => tx.tx.get(name) ?? '';
  }
  const { find } = variable;
  if (find !== undefined) return (tx) => find(tx, key)[0]?.value ?? '';
  return (tx) => variable.members(tx).find((member) => equalsIgnoreCase(member.key ?? '', key))?.value ?? '';
}
