/** An editor for tests: drives the real language server over its standard input and output. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { FrameReader, frame } from '../../src/lsp/framing.ts';

const COMMAND = fileURLToPath(new URL('../../src/cli/commands/lsp.ts', import.meta.url));
const START = `const { lspCommand } = await import(${JSON.stringify(COMMAND)});
process.exit(await lspCommand.run([], { out: console.log, err: console.error, hasColour: false }));`;

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

export class Editor {
  readonly #child: ChildProcess;
  readonly #answers = new Map<number, (answer: Answer) => void>();
  readonly #diagnostics = new Map<string, unknown[]>();
  readonly #waiting: (() => void)[] = [];
  #complaints = '';
  #lastId = 0;

  constructor() {
    this.#child = spawn(process.execPath, ['--conditions=sallyport-source', '--input-type=module', '--eval', START], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const reader = new FrameReader();
    this.#child.stdout?.on('data', (piece: Buffer) => {
      for (const message of reader.push(piece)) this.#receive(JSON.parse(message));
    });
    this.#child.stderr?.on('data', (piece: Buffer) => {
      this.#complaints += piece.toString();
    });
  }

  /** What the server wrote to standard error. */
  get complaints(): string {
    return this.#complaints;
  }

  raw(bytes: Buffer | string): void {
    this.#child.stdin?.write(bytes);
  }

  notify(method: string, params: object): void {
    this.raw(frame({ jsonrpc: '2.0', method, params }));
  }

  async ask(method: string, params: object = {}): Promise<Answer> {
    const id = ++this.#lastId;
    const answer = new Promise<Answer>((resolve) => this.#answers.set(id, resolve));
    this.raw(frame({ jsonrpc: '2.0', id, method, params }));
    return answer;
  }

  /** The result of a request that must not fail. */
  async result<T>(method: string, params: object = {}): Promise<T> {
    const { result, error } = await this.ask(method, params);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  open(uri: string, text: string): void {
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'seclang', version: 1, text } });
  }

  /** The next diagnostics for a document: those of a version, where one is named. */
  async diagnostics<T>(uri: string, version?: number): Promise<T[]> {
    for (;;) {
      const published = this.#diagnostics.get(uri)?.shift() as { version?: number; diagnostics: T[] } | undefined;
      if (published === undefined) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      else if (version === undefined || published.version === version) return published.diagnostics;
    }
  }

  async exit(): Promise<number | null> {
    this.notify('exit', {});
    return this.ended();
  }

  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }

  hangUp(): void {
    this.#child.stdin?.end();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #receive(message: Answer): void {
    if (message.method === 'textDocument/publishDiagnostics') {
      const params = message.params as { readonly uri: string };
      const list = this.#diagnostics.get(params.uri) ?? [];
      this.#diagnostics.set(params.uri, list);
      list.push(params);
      for (const wake of this.#waiting.splice(0)) wake();
      return;
    }
    // Messages that could not be read are answered without an id.
    const id = message.id ?? 0;
    this.#answers.get(id)?.(message);
    this.#answers.delete(id);
  }

  /** The answer to a message that has no id. */
  async nameless(): Promise<Answer> {
    return new Promise((resolve) => this.#answers.set(0, resolve));
  }
}
