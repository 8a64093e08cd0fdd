import type { XmlDocument } from '../body-processors/xml-document.ts';
import type { DebugLine } from '../contract.ts';
import type { NameResolver } from './operator.ts';
import type { TransactionState } from './transaction-state.ts';

/** A way to run programs, for `exec`, `@inspectFile` and approval scripts. */
export interface ProgramRunner {
  /**
   * Runs a program and gives what it wrote to its standard output, as a byte string. `environment` is all it gets; the runner
   * adds what its platform needs and enforces limits of time and output. Rejects when the program cannot be started, does not
   * end by itself, or fails.
   */
  run(path: string, call: ProgramCall): Promise<string>;
}

export interface ProgramCall {
  readonly arguments: readonly string[];
  /** Names as CGI has them (RFC 3875), values as byte strings. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Where uploaded files are put while rules look at them. Calls are synchronous: parsers do not wait. */
export interface UploadStore {
  create(upload: UploadRequest): UploadedFile;
}

export interface UploadRequest {
  readonly transactionId: string;
  /** Milliseconds since the epoch, for the name of the file. */
  readonly startedAt: number;
  /** `SecTmpDir`; undefined for the directory of the system. */
  readonly directory: string | undefined;
  /** `SecUploadFileMode` */
  readonly mode: number;
}

/** One extracted file. Methods throw when the storage fails. */
export interface UploadedFile {
  readonly path: string;
  write(chunk: string): void;
  /** No more data comes; other programs may read the file now. */
  close(): void;
  /** The content as a byte string. */
  read(): string;
  /** Moves the file to another directory under its name. */
  keep(directory: string): void;
  delete(): void;
}

/** Where `SecRemoteRules` gets rules from. Loading waits for it, so a program that uses the network fetches ahead. */
export interface RemoteRules {
  /** The text behind an https URL, as a byte string. Throws when it cannot be had. */
  fetch(url: string, key: string): string;
}

/** Validation of XML bodies, for `@validateDTD` and `@validateSchema`. */
export interface XmlValidation {
  /** Compiles a DTD or an XML Schema once, at load. Throws an Error with a readable message. */
  compile(kind: 'dtd' | 'schema', text: string, path: string): XmlValidator;
}

export interface XmlValidator {
  /** What is wrong with a well-formed document, in one line; undefined when it is valid. */
  validate(source: string, document: XmlDocument): string | undefined;
}

/** A way to run scripts inside of this process, for `SecRuleScript`, `exec` and `@inspectFile` with files that end in `.lua`. */
export interface ScriptEngine {
  /** Compiles a script once, at load; `path` names it in messages. Throws an Error with a readable message. */
  compile(text: string, path: string): Script;
}

export interface Script {
  /**
   * Calls the script's `main`, with `argument` if there is one, in a state of its own: nothing is left of earlier calls. Gives
   * its first result as a byte string, undefined for none. Throws when the script fails or exceeds a limit.
   */
  run(host: ScriptHost, argument?: string): string | undefined;
}

/** What a script sees of the transaction: the object `m` of ModSecurity. Texts are byte strings. */
export interface ScriptHost {
  /** Levels as in the debug log: 1 error, 2 warning, 3 notice; others are not kept. */
  log(level: number, text: string): void;
  /** The members of a variable, `ARGS`, or those with one key, `ARGS.a`, after transformations. Throws for unknown names. */
  variables(target: string, transformations: readonly string[]): readonly ScriptVariable[];
  /** Sets a variable of TX or of an open collection, `tx.score`. Throws for others. */
  setVariable(name: string, value: string): void;
}

export interface ScriptVariable {
  /** Full name, `ARGS:a`. */
  readonly name: string;
  readonly value: string;
}

/** Where the lines of SecDebugLog go. They come when their transaction ends, in order. */
export interface DebugLog {
  /** Must not throw and must not wait. */
  write(line: DebugLine): void;
}

/** A script bound to the words of the language. Throws what {@link Script.run} throws. */
export type CompiledScript = (tx: TransactionState, argument?: string) => string | undefined;

/** What a program may give the engine to reach the world with. Words that need an absent one are refused at load. */
export interface Services {
  readonly resolver?: NameResolver;
  readonly programs?: ProgramRunner;
  readonly scripts?: ScriptEngine;
  readonly uploads?: UploadStore;
  readonly remote?: RemoteRules;
  readonly xmlValidation?: XmlValidation;
  readonly debugLog?: DebugLog;
}
