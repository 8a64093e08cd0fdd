import type { FileAccess } from '@sallyport/engine';
import {
  type Diagnostic,
  Diagnostics,
  type Inspection,
  inspectRules,
  type Node,
  parseSecLang,
  printAction,
  printOperator,
  printSecLang,
  printTargets,
  RegexCache,
} from '@sallyport/engine/language';
import { inspectionServices } from '../lint/load.ts';

export type FormatResult =
  | { readonly kind: 'same' }
  | { readonly kind: 'changed'; readonly text: string }
  /** Not touched: there are syntax errors. */
  | { readonly kind: 'broken'; readonly errors: readonly Diagnostic[] };

/** The text would mean something else after formatting: a bug of ours, so the file stays as it is. */
export class MeaningChangedError extends Error {
  override readonly name = 'MeaningChangedError';
}

/**
 * Writes a file of rules in one style: long rules with one action to a line, chains and blocks indented, comments and blank
 * lines kept. The result has been loaded and compared with the original; a difference throws {@link MeaningChangedError}.
 */
export function formatRules(
  file: string,
  text: string,
  files: FileAccess,
  regexes: RegexCache = new RegexCache(),
): FormatResult {
  const diagnostics = new Diagnostics();
  const parsed = parseSecLang(file, text, diagnostics);
  if (diagnostics.hasErrors) {
    return { kind: 'broken', errors: diagnostics.all.filter(({ severity }) => severity === 'error') };
  }
  const formatted = printSecLang(parsed);
  if (formatted === text) return { kind: 'same' };
  const before = meaning(file, text, parsed.nodes, files, regexes);
  const after = meaning(file, formatted, nodesOf(file, formatted), files, regexes);
  if (before !== after) throw new MeaningChangedError(`formatting ${file} would change what it means`);
  return { kind: 'changed', text: formatted };
}

function nodesOf(file: string, text: string): readonly Node[] {
  return parseSecLang(file, text, new Diagnostics()).nodes;
}

/** Everything a file says and everything the loader makes of it, without places and spelling. */
function meaning(file: string, text: string, nodes: readonly Node[], files: FileAccess, regexes: RegexCache): string {
  const inspection = inspectRules({ rules: [{ file, text }], files, services: inspectionServices, regexes });
  return JSON.stringify([nodes.map(written), loaded(inspection)]);
}

function written(node: Node): unknown {
  switch (node.kind) {
    case 'comment':
      return ['#', node.text.trimEnd()];
    case 'directive':
      return [node.name, node.words.map(({ text }) => text)];
    case 'block':
      return [node.name, node.words.map(({ text }) => text), node.children.map(written)];
    case 'rule':
      return [node.name, printTargets(node.targets), printOperator(node.operator), node.actions.map(printAction)];
    case 'action':
      return [node.name, node.actions.map(printAction)];
  }
}

function loaded({ rules, markers, changes, diagnostics }: Inspection): unknown {
  return {
    rules: rules.map(({ span, removedBy, links, ...facts }) => ({
      ...facts,
      isRemoved: removedBy !== undefined,
      links: links.map((link) => ({
        targets: printTargets(link.targets.map(({ node }) => node)),
        operator: link.operator === undefined ? '' : printOperator(link.operator.node),
        actions: link.actions.map(({ node }) => printAction(node)),
        transformations: link.transformations.map(({ name }) => name),
      })),
    })),
    markers: markers.map(({ name, order }) => [name, order]),
    changes: changes.map((change) => [change.kind, change.line.name, change.rules.map(({ id }) => id)]),
    diagnostics: diagnostics.map(({ code, message }) => [code, message]),
  };
}
