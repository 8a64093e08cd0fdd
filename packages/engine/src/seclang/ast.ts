/**
 * The shape of SecLang text after parsing: what was written and where, without any meaning. Names are kept as written
 * (`secrule`, `ARGS`, `@RX`); the compile step looks them up in the registry.
 *
 * Text is a byte string. Offsets count bytes in the source text, lines and columns start at 1, columns count bytes.
 */

export interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** A stretch of one source file; `end` is exclusive. */
export interface Span {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

/** One word of a directive after the word reader removed quotes and escapes. */
export interface Word {
  readonly text: string;
  readonly quote: '"' | "'" | undefined;
  /** Covers the word as written, quotes included. */
  readonly span: Span;
  /** Source position of byte `index` of `text` (`text.length` gives the end), through escapes and joined lines. */
  positionAt(index: number): Position;
}

/** `NAME`, `NAME:selector`, `NAME:/regex/`, with `&` or `!` in front. */
export interface TargetNode {
  readonly name: string;
  readonly isCount: boolean;
  readonly isExclusion: boolean;
  readonly selector: SelectorNode | undefined;
  readonly span: Span;
}

export interface SelectorNode {
  readonly kind: 'key' | 'regex';
  /** The key, or the pattern between the slashes. */
  readonly text: string;
  readonly isQuoted: boolean;
  readonly span: Span;
}

/** `[!]@name argument`; a bare pattern has name `rx` and `isImplicit`. */
export interface OperatorNode {
  /** Empty when nothing followed the `@`, which is reported by the parser. */
  readonly name: string;
  readonly isNegated: boolean;
  readonly isImplicit: boolean;
  readonly argument: string;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly argumentSpan: Span;
  /** Source position of byte `index` of `argument`. */
  argumentPositionAt(index: number): Position;
}

/** `name` or `name:argument` of an action list. */
export interface ActionNode {
  readonly name: string;
  /** `undefined` when there is no `:` or nothing follows it. */
  readonly argument: string | undefined;
  readonly isQuoted: boolean;
  readonly span: Span;
  readonly argumentSpan: Span | undefined;
  /** Source position of byte `index` of `argument`, through quotes and escapes. */
  argumentPositionAt(index: number): Position;
}

/** Any directive; `Include` is a plain directive here, files are followed by the compile step. */
export interface DirectiveNode {
  readonly kind: 'directive';
  readonly name: string;
  readonly words: readonly Word[];
  readonly span: Span;
  readonly nameSpan: Span;
}

/** `SecRule TARGETS OPERATOR [ACTIONS]`. */
export interface RuleNode {
  readonly kind: 'rule';
  readonly name: string;
  readonly targets: readonly TargetNode[];
  readonly operator: OperatorNode;
  readonly actions: readonly ActionNode[];
  readonly span: Span;
  readonly nameSpan: Span;
  readonly words: readonly Word[];
}

/** `SecAction ACTIONS`. */
export interface ActionRuleNode {
  readonly kind: 'action';
  readonly name: string;
  readonly actions: readonly ActionNode[];
  readonly span: Span;
  readonly nameSpan: Span;
  readonly words: readonly Word[];
}

/** `<Name arguments> … </Name>`, for example `<IfModule security2_module>`. */
export interface BlockNode {
  readonly kind: 'block';
  readonly name: string;
  readonly words: readonly Word[];
  readonly children: readonly Node[];
  readonly span: Span;
  readonly nameSpan: Span;
}

/** A `#` line, kept so that a printer can give it back. */
export interface CommentNode {
  readonly kind: 'comment';
  /** From the `#` on; lines that a `\` joined stay apart, each but the last with its backslash and a line feed. */
  readonly text: string;
  readonly span: Span;
}

export type Node = DirectiveNode | RuleNode | ActionRuleNode | BlockNode | CommentNode;

export interface SecLangFile {
  readonly file: string;
  readonly nodes: readonly Node[];
}
