import type { XmlDocument } from '../body-processors/xml-document.ts';
import type { NameResolver } from './operator.ts';

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

/** Where uploaded files are put while rules look at them (spec §8.6). Calls are synchronous: parsers do not wait. */
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

/** What a program may give the engine to reach the world with. Words that need an absent one are refused at load. */
export interface Services {
  readonly resolver?: NameResolver;
  readonly programs?: ProgramRunner;
  readonly uploads?: UploadStore;
  readonly remote?: RemoteRules;
  readonly xmlValidation?: XmlValidation;
}
