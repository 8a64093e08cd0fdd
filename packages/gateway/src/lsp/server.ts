import type { Readable, Writable } from 'node:stream';
import { formatRules } from '../format/format.ts';
import { packageVersion } from '../version.ts';
import { completionsAt } from './completion.ts';
import { Connection, type Handlers, RPC, RpcError } from './connection.ts';
import { Diagnoser, withoutIncludes } from './diagnose.ts';
import { hoverAt } from './hover.ts';
import { definitionsAt, referencesAt } from './navigate.ts';
import { outlineOf } from './outline.ts';
import type { LspRange, TextDocumentPosition } from './protocol.ts';
import { TextDocument, toText } from './text-document.ts';
import { Workspace } from './workspace.ts';

/** Milliseconds without a keystroke before a document is judged; requests come first. */
const QUIET = 100;

const CAPABILITIES = {
  positionEncoding: 'utf-16',
  // Incremental: editors send what changed.
  textDocumentSync: { openClose: true, change: 2 },
  hoverProvider: true,
  completionProvider: { triggerCharacters: ['@', ':', ',', '|', '!', '&', '{', '.', '=', ';', '"', ' '] },
  definitionProvider: true,
  referencesProvider: true,
  documentSymbolProvider: true,
  documentFormattingProvider: true,
} as const;

/** Serves one editor until it says `exit` or hangs up; gives the exit code the protocol asks for. */
export async function serveEditor(input: Readable, output: Writable, report: (line: string) => void): Promise<number> {
  const server = new LanguageServer();
  const connection = new Connection(output, server, report);
  server.connect(connection);
  await connection.serve(input);
  server.dispose();
  return server.isShutDown ? 0 : 1;
}

/** The messages of an editor, each with what it leads to. */
class LanguageServer implements Handlers {
  readonly #workspace = new Workspace();
  readonly #diagnoser = new Diagnoser();
  readonly #pending = new Map<string, NodeJS.Timeout>();
  #connection: Connection | undefined;
  #isInitialized = false;
  #isShutDown = false;
  #isFinished = false;

  get isFinished(): boolean {
    return this.#isFinished;
  }

  get isShutDown(): boolean {
    return this.#isShutDown;
  }

  connect(connection: Connection): void {
    this.#connection = connection;
  }

  dispose(): void {
    for (const timer of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }

  request(method: string, params: unknown): unknown {
    if (method === 'initialize') return this.#initialize(params as InitializeParams);
    if (!this.#isInitialized) throw new RpcError(RPC.serverNotInitialized, 'initialize comes first');
    if (this.#isShutDown) throw new RpcError(RPC.invalidRequest, 'the server has been shut down');
    switch (method) {
      case 'shutdown':
        this.#isShutDown = true;
        return null;
      case 'textDocument/hover':
        return this.#at(params, (document, offset) => hoverAt(document, offset, this.#workspace));
      case 'textDocument/completion':
        return this.#at(params, (document, offset) => completionsAt(document, offset, this.#workspace));
      case 'textDocument/definition':
        return this.#at(params, (document, offset) => definitionsAt(document, offset, this.#workspace));
      case 'textDocument/references': {
        const { context } = params as { readonly context?: { readonly includeDeclaration?: boolean } };
        const withDefinitions = context?.includeDeclaration === true;
        return this.#at(params, (document, offset) => referencesAt(document, offset, this.#workspace, withDefinitions));
      }
      case 'textDocument/documentSymbol':
        return outlineOf(this.#document(params));
      case 'textDocument/formatting':
        return this.#format(this.#document(params));
      default:
        throw new RpcError(RPC.methodNotFound, `${method} is not supported`);
    }
  }

  notify(method: string, params: unknown): void {
    switch (method) {
      case 'exit':
        this.#isFinished = true;
        return;
      case 'textDocument/didOpen': {
        const { textDocument } = params as { readonly textDocument: { uri: string; version: number; text: string } };
        this.#update(TextDocument.of(textDocument.uri, textDocument.version, textDocument.text));
        return;
      }
      case 'textDocument/didChange': {
        const { textDocument, contentChanges } = params as DidChangeParams;
        const document = this.#workspace.find(textDocument.uri);
        if (document !== undefined) this.#update(document.changed(textDocument.version, contentChanges));
        return;
      }
      case 'textDocument/didClose': {
        const { textDocument } = params as { readonly textDocument: { readonly uri: string } };
        this.#close(textDocument.uri);
        return;
      }
      default:
        // Notifications nobody knows are ignored, as the protocol says.
        return;
    }
  }

  #initialize({ workspaceFolders, rootUri }: InitializeParams): object {
    this.#isInitialized = true;
    const folders = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri == null ? [] : [rootUri]);
    for (const folder of folders) this.#workspace.addFolder(folder);
    return { capabilities: CAPABILITIES, serverInfo: { name: 'sallyport', version: packageVersion() } };
  }

  #update(document: TextDocument): void {
    this.#workspace.open(document);
    const { uri } = document;
    clearTimeout(this.#pending.get(uri));
    this.#pending.set(
      uri,
      setTimeout(() => {
        this.#pending.delete(uri);
        this.#publish(uri, document.version, this.#diagnoser.diagnose(document));
      }, QUIET),
    );
  }

  #close(uri: string): void {
    clearTimeout(this.#pending.get(uri));
    this.#pending.delete(uri);
    this.#workspace.close(uri);
    this.#publish(uri, undefined, []);
  }

  #publish(uri: string, version: number | undefined, diagnostics: readonly object[]): void {
    const numbered = version === undefined ? {} : { version };
    this.#connection?.notify('textDocument/publishDiagnostics', { uri, ...numbered, diagnostics });
  }

  /** One edit that replaces everything; none when there is nothing to do, or nothing that can be done. */
  #format(document: TextDocument): readonly object[] {
    const result = formatRules(document.file, document.bytes, withoutIncludes(), this.#diagnoser.regexes);
    if (result.kind !== 'changed') return [];
    return [{ range: document.range(0, document.bytes.length), newText: toText(result.text) }];
  }

  #at<T>(params: unknown, answer: (document: TextDocument, offset: number) => T): T {
    const document = this.#document(params);
    return answer(document, document.offsetAt((params as TextDocumentPosition).position));
  }

  #document(params: unknown): TextDocument {
    const { uri } = (params as Partial<TextDocumentPosition>).textDocument ?? { uri: '' };
    const document = this.#workspace.find(uri);
    if (document === undefined) throw new RpcError(RPC.invalidRequest, `${uri} is not open`);
    return document;
  }
}

interface InitializeParams {
  readonly rootUri?: string | null;
  readonly workspaceFolders?: readonly { readonly uri: string }[] | null;
}

interface DidChangeParams {
  readonly textDocument: { readonly uri: string; readonly version: number };
  readonly contentChanges: readonly { readonly range?: LspRange; readonly text: string }[];
}
