import { createVocabulary, type Named, type Variable } from '@sallyport/engine/language';
import { type Entry, entryText } from '../reference/entry.ts';
import {
  actionEntry,
  ctlEntry,
  directiveEntry,
  operatorEntry,
  transformationEntry,
  variableEntry,
} from '../reference/words.ts';
import { cursorAt, lastItem } from './cursor.ts';
import type { Mention } from './mentions.ts';
import { COMPLETION, type CompletionItem } from './protocol.ts';
import { type TextDocument, toText } from './text-document.ts';
import type { Workspace } from './workspace.ts';

const words = createVocabulary();

/** One thing that could stand at the cursor. */
interface Choice {
  readonly text: string;
  readonly kind: number;
  readonly detail?: string;
  readonly entry?: Entry;
}

/** Choices, and the beginning of a word they replace. */
interface Completion {
  readonly partial: string;
  readonly choices: readonly Choice[];
}

/** What can be written at an offset, by what stands in front of it. */
export function completionsAt(document: TextDocument, offset: number, workspace: Workspace): readonly CompletionItem[] {
  const { words: before, current } = cursorAt(document.bytes, offset);
  const { partial, choices } = complete(before, current, new Names(document, workspace));
  const range = document.range(offset - partial.length, offset);
  return choices.map(({ text, kind, detail, entry }): CompletionItem => {
    const label = toText(text);
    return {
      label,
      kind,
      ...(detail === undefined ? {} : { detail: toText(detail) }),
      ...(entry === undefined ? {} : { documentation: { kind: 'markdown', value: entryText(entry) } }),
      ...(entry?.deprecated === undefined ? {} : { deprecated: true }),
      textEdit: { range, newText: label },
    };
  });
}

function complete(before: readonly string[], current: string, names: Names): Completion {
  const [directive] = before;
  if (current.startsWith('#') || current.startsWith('<')) return { partial: '', choices: [] };
  if (directive === undefined) return { partial: current, choices: directives() };
  const macro = /%\{([A-Za-z_]*)(?:[.:]([^}%]*))?$/.exec(current);
  if (macro !== null) return insideMacro(macro[1] ?? '', macro[2], names);
  switch (directive.toLowerCase()) {
    case 'secrule':
      if (before.length === 1) return targets(current, names);
      return before.length === 2 ? operators(current) : actions(current, names, () => true);
    case 'secaction':
      return actions(current, names, () => true);
    case 'secdefaultaction':
      return actions(current, names, ({ inDefault }) => inDefault);
    case 'secruleupdatetargetbyid':
      return before.length === 1 ? { partial: current, choices: names.rules() } : targets(current, names);
    case 'secruleupdatetargetbytag':
      return before.length === 1 ? { partial: current, choices: names.tags() } : targets(current, names);
    case 'secruleupdatetargetbymsg':
      return before.length === 1 ? { partial: '', choices: [] } : targets(current, names);
    case 'secruleupdateactionbyid':
      return before.length === 1 ? { partial: current, choices: names.rules() } : actions(current, names, () => true);
    case 'secruleremovebyid':
      return { partial: current, choices: names.rules() };
    case 'secruleremovebytag':
      return { partial: current, choices: names.tags() };
    default:
      return { partial: current, choices: valuesOf(words.directives.find(directive)?.syntax) };
  }
}

function directives(): Choice[] {
  return words.directives.all.map((one) => ({
    text: one.name,
    kind: COMPLETION.keyword,
    detail: one.syntax,
    entry: directiveEntry(one),
  }));
}

function variables(suffix = ''): Choice[] {
  return words.variables.all.map((one) => ({
    text: one.name + suffix,
    kind: COMPLETION.variable,
    detail: one.kind === 'scalar' ? 'one value' : 'collection',
    entry: variableEntry(one),
  }));
}

function targets(current: string, names: Names): Completion {
  const item = lastItem(current).replace(/^[!&]/, '');
  const colon = item.indexOf(':');
  if (colon === -1) return { partial: item, choices: variables() };
  const partial = item.slice(colon + 1);
  return { partial, choices: names.keys(item.slice(0, colon).toUpperCase()) };
}

function operators(current: string): Completion {
  const found = /^!?(@?\w*)$/.exec(current);
  if (found === null) return { partial: '', choices: [] };
  const choices = words.operators.all.map((one) => ({
    text: `@${one.name}`,
    kind: COMPLETION.function,
    entry: operatorEntry(one),
  }));
  return { partial: found[1] ?? '', choices };
}

function actions(
  current: string,
  names: Names,
  isFitting: (action: (typeof words.actions.all)[number]) => boolean,
): Completion {
  const item = lastItem(current);
  const colon = item.indexOf(':');
  if (colon === -1) {
    const choices = words.actions.all.filter(isFitting).map((one) => ({
      text: one.argument === 'required' ? `${one.name}:` : one.name,
      kind: COMPLETION.keyword,
      detail: one.kind,
      entry: actionEntry(one),
    }));
    return { partial: item, choices };
  }
  return argumentOf(item.slice(0, colon).toLowerCase(), item.slice(colon + 1).replace(/^'/, ''), names);
}

function argumentOf(action: string, partial: string, names: Names): Completion {
  switch (action) {
    case 't':
      return { partial, choices: transformations() };
    case 'ctl':
      return ctl(partial, names);
    case 'skipafter':
      return { partial, choices: names.markers() };
    case 'tag':
      return { partial, choices: names.tags() };
    case 'id':
      return { partial, choices: names.freeId() };
    case 'phase':
      return { partial, choices: plain(['1', '2', '3', '4', '5', 'request', 'response', 'logging']) };
    case 'severity':
      return {
        partial,
        choices: plain(['EMERGENCY', 'ALERT', 'CRITICAL', 'ERROR', 'WARNING', 'NOTICE', 'INFO', 'DEBUG']),
      };
    case 'setvar':
    case 'expirevar':
    case 'deprecatevar': {
      const name = partial.replace(/^!/, '');
      const dot = name.indexOf('.');
      if (dot === -1)
        return { partial: name, choices: plain(['tx.', 'ip.', 'session.', 'user.', 'global.', 'resource.']) };
      return {
        partial: name.slice(dot + 1),
        choices: name.includes('=') ? [] : names.keys(name.slice(0, dot).toUpperCase()),
      };
    }
    default:
      return { partial: '', choices: [] };
  }
}

function transformations(): Choice[] {
  const none = { text: 'none', kind: COMPLETION.function, detail: 'drops all before it' };
  const all = words.transformations.all.map((one) => ({
    text: one.name,
    kind: COMPLETION.function,
    entry: transformationEntry(one),
  }));
  return [none, ...all];
}

function ctl(partial: string, names: Names): Completion {
  const equals = partial.indexOf('=');
  if (equals === -1) {
    const choices = words.ctlOptions.all.map((one) => ({
      text: `${one.name}=`,
      kind: COMPLETION.keyword,
      detail: one.values,
      entry: ctlEntry(one),
    }));
    return { partial, choices };
  }
  const option = words.ctlOptions.find(partial.slice(0, equals));
  const value = partial.slice(equals + 1);
  const semicolon = value.indexOf(';');
  if (semicolon !== -1) return targets(value.slice(semicolon + 1), names);
  if (option?.name.endsWith('ById')) return { partial: value, choices: names.rules() };
  if (option?.name.endsWith('ByTag')) return { partial: value, choices: names.tags() };
  return { partial: value, choices: valuesOf(option?.values) };
}

function insideMacro(name: string, key: string | undefined, names: Names): Completion {
  if (key === undefined) return { partial: name, choices: variables() };
  return { partial: key, choices: names.keys(name.toUpperCase()) };
}

/** `On|Off` as two choices; other descriptions of values give none. */
function valuesOf(syntax: string | undefined): Choice[] {
  return syntax !== undefined && /^\w+(\|\w+)+$/.test(syntax) ? plain(syntax.split('|')) : [];
}

function plain(texts: readonly string[]): Choice[] {
  return texts.map((text) => ({ text, kind: COMPLETION.value }));
}

/** Names that the rules of the workspace use. */
class Names {
  readonly #document: TextDocument;
  readonly #workspace: Workspace;

  constructor(document: TextDocument, workspace: Workspace) {
    this.#document = document;
    this.#workspace = workspace;
  }

  rules(): Choice[] {
    return this.#defined('rule', COMPLETION.reference);
  }

  markers(): Choice[] {
    return this.#defined('marker', COMPLETION.reference);
  }

  tags(): Choice[] {
    return this.#defined('tag', COMPLETION.constant);
  }

  /** Members of a collection: those that rules read or set, the documentation of a collection knows no others. */
  keys(collection: string): Choice[] {
    const prefix = `${canonical(words.variables.find(collection), collection)}:`;
    const keys = this.#mentions()
      .filter(({ kind, name }) => kind === 'variable' && name.startsWith(prefix))
      .map(({ name }) => name.slice(prefix.length));
    return [...new Set(keys)].sort().map((text) => ({ text, kind: COMPLETION.variable }));
  }

  /** The number after the largest id of this file. */
  freeId(): Choice[] {
    const ids = this.#workspace
      .mentions(this.#document)
      .filter(({ kind, isDefinition, name }) => kind === 'rule' && isDefinition && /^\d{1,15}$/.test(name))
      .map(({ name }) => Number(name));
    const next = Math.max(0, ...ids) + 1;
    return [{ text: String(next), kind: COMPLETION.value, detail: 'the next free id of this file' }];
  }

  #defined(kind: Mention['kind'], itemKind: number): Choice[] {
    const names = this.#mentions()
      .filter((mention) => mention.kind === kind && mention.isDefinition)
      .map(({ name }) => name);
    return [...new Set(names)].sort().map((text) => ({ text, kind: itemKind }));
  }

  #mentions(): Mention[] {
    return this.#workspace.documents().flatMap((document) => [...this.#workspace.mentions(document)]);
  }
}

function canonical(variable: (Named & Pick<Variable, 'name'>) | undefined, written: string): string {
  return variable?.name ?? written;
}
