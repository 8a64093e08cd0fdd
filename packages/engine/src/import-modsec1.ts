import { createVocabulary } from './builtins.ts';
import { createModsec1Translator } from './compile/modsec1.ts';
import type { RuleSource } from './contract.ts';
import { MODSEC1_ID_BASE, type Modsec1Line } from './modsec1/index.ts';
import { RegexCache } from './regex/index.ts';
import type { Services } from './registry/services.ts';
import type { Node } from './seclang/ast.ts';
import { type Diagnostic, Diagnostics } from './seclang/diagnostics.ts';
import { parseSecLang } from './seclang/parse.ts';
import { printSecLang } from './seclang/printer.ts';
import { RuleSetError } from './seclang/rule-set-error.ts';
import { createWaf } from './waf.ts';

export type { Modsec1Line };

export interface Modsec1Import {
  /** Rules in today's language. Every one has been loaded by the engine; what it refused stands there as a comment. */
  readonly text: string;
  /** What became of each directive, in the order of the file. */
  readonly lines: readonly Modsec1Line[];
  /** Lines that could not even be read. */
  readonly mistakes: readonly Diagnostic[];
}

/**
 * Translates a configuration of ModSecurity 1.x. Never throws for what stands in it. `idBase` is the first id for rules
 * that have none; the same file gives the same ids. Directives of the web server become comments.
 */
export function importModsec1(source: RuleSource, options: { readonly idBase?: number } = {}): Modsec1Import {
  const diagnostics = new Diagnostics();
  const { nodes } = parseSecLang(source.file, source.text, diagnostics);
  const translator = createModsec1Translator(
    createVocabulary(),
    new RegexCache(),
    { dotAll: true, dollarEndOnly: true },
    { idBase: options.idBase ?? MODSEC1_ID_BASE, check: whyRefused, isWholeFile: true },
  );
  const translation = translator.translate(nodes);
  return {
    text: printSecLang({ file: source.file, nodes: withTightChains(translation.nodes) }),
    lines: translation.lines,
    mistakes: diagnostics.all.filter(({ severity }) => severity === 'error'),
  };
}

const neverCalled = (): never => {
  throw new Error('nothing runs while rules are only loaded');
};

/** Stand-ins for what a server brings along: loading asks only whether it is there. */
const services: Pick<Services, 'programs' | 'uploads'> = {
  programs: { run: neverCalled },
  uploads: { create: neverCalled },
};

/** What the loader says about nodes by themselves. */
function whyRefused(nodes: readonly Node[]): string | undefined {
  try {
    createWaf({ rules: [{ file: 'translation', text: printSecLang({ file: '', nodes }) }], ...services });
    return undefined;
  } catch (cause) {
    if (!(cause instanceof RuleSetError)) throw cause;
    const errors = cause.diagnostics.filter(({ severity }) => severity === 'error');
    return errors.map(({ message, hint }) => (hint === undefined ? message : `${message}; ${hint}`)).join('; ');
  }
}

/** The links of a chain close together, whatever stood between the filters they come from. */
function withTightChains(nodes: readonly Node[]): readonly Node[] {
  let chain: Node['span'] | undefined;
  return nodes.map((node) => {
    if (node.kind !== 'rule') return node;
    const together = chain === undefined ? node : { ...node, span: chain };
    chain = node.actions.some(({ name }) => name === 'chain') ? together.span : undefined;
    return together;
  });
}
