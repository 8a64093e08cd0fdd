/** The part of the Language Server Protocol 3.17 that is spoken here. Lines and characters count from 0. */

export interface LspPosition {
  readonly line: number;
  /** UTF-16 code units. */
  readonly character: number;
}

export interface LspRange {
  readonly start: LspPosition;
  readonly end: LspPosition;
}

export interface LspLocation {
  readonly uri: string;
  readonly range: LspRange;
}

export interface TextEdit {
  readonly range: LspRange;
  readonly newText: string;
}

export interface MarkupContent {
  readonly kind: 'markdown';
  readonly value: string;
}

export interface LspDiagnostic {
  readonly range: LspRange;
  readonly severity: number;
  readonly code: string;
  readonly source: string;
  readonly message: string;
}

export interface CompletionItem {
  readonly label: string;
  readonly kind: number;
  readonly detail?: string;
  readonly documentation?: MarkupContent;
  readonly deprecated?: boolean;
  readonly filterText?: string;
  readonly sortText?: string;
  readonly textEdit: TextEdit;
}

export interface DocumentSymbol {
  readonly name: string;
  readonly detail?: string;
  readonly kind: number;
  readonly range: LspRange;
  readonly selectionRange: LspRange;
  readonly children?: readonly DocumentSymbol[];
}

/** Numbers the protocol gives to kinds. */
export const SEVERITY = { error: 1, warning: 2 } as const;
export const COMPLETION = { function: 3, variable: 6, keyword: 14, value: 12, reference: 18, constant: 21 } as const;
export const SYMBOL = { module: 2, method: 6, function: 12, key: 20, event: 24 } as const;

export interface TextDocumentPosition {
  readonly textDocument: { readonly uri: string };
  readonly position: LspPosition;
}
