import type { XmlDocument } from '../body-processors/xml-document.ts';
import type { JsonNames } from '../contract.ts';

/** What the configuration says about parsing bodies. */
export interface BodyOptions {
  /** The Content-Type header as received; empty when there was none. */
  readonly contentType: string;
  /** `SecArgumentSeparator`, one byte. */
  readonly argumentSeparator: string;
  /** How many further arguments may be added (`SecArgumentsLimit` less those of the query string). */
  readonly argumentsLimit: number;
  /** `SecRequestBodyJsonDepthLimit`. */
  readonly jsonDepthLimit: number;
  /** Names of JSON leaves: `a.b` (ModSecurity 2), `json.a.array_0.b` (ModSecurity 3) or `json.a.0.b` (Coraza). */
  readonly jsonNames: JsonNames;
  /** Whether file contents are kept for extraction (SecUploadKeepFiles, SecTmpSaveUploadedFiles). */
  readonly extractFiles: boolean;
  /** `SecRequestBodyPartsLimit`; absent: no limit. */
  readonly partsLimit?: number;
  /** `SecUploadFileLimit`. */
  readonly uploadFileLimit: number;
  /**
   * Receives the content of extracted files chunk by chunk; absent when `extractFiles` is false. `fileIndex` is the file's
   * place in `BodyResult.files`. Each file begins with an empty chunk, so that empty files are noticed too.
   */
  readonly fileSink?: (fileIndex: number, chunk: string) => void;
}

export interface BodyArgument {
  readonly name: string;
  readonly value: string;
}

/** A part with a file name. */
export interface BodyFile {
  /** Field name. */
  readonly name: string;
  /** The client's file name. */
  readonly filename: string;
  readonly size: number;
  readonly contentType: string | undefined;
  /** Position among all parts, from 1 (audit log part J). */
  readonly partNumber: number;
}

/** The MULTIPART_* flags, with the meaning ModSecurity gives them. */
export interface MultipartFlags {
  boundaryQuoted: boolean;
  boundaryWhitespace: boolean;
  dataBefore: boolean;
  dataAfter: boolean;
  headerFolding: boolean;
  invalidHeaderFolding: boolean;
  lfLine: boolean;
  crlfLine: boolean;
  missingSemicolon: boolean;
  invalidQuoting: boolean;
  invalidPart: boolean;
  fileLimitExceeded: boolean;
  unmatchedBoundary: boolean;
  /** Part of STRICT_ERROR: the parser gave up. */
  parserError: boolean;
  /** Byte offset in the body of the line that raised `unmatchedBoundary`; -1 without. */
  unmatchedBoundaryOffset: number;
}

/** What a body turned out to contain; grows while the body is written, complete after `finish`. */
export interface BodyResult {
  readonly arguments: readonly BodyArgument[];
  /** True where the arguments belong to ARGS_POST too (not for JSON). */
  readonly isForm: boolean;
  readonly files: readonly BodyFile[];
  /** One entry per raw header line of each part: field name and `Name: value`. */
  readonly partHeaders: readonly { readonly partName: string; readonly line: string }[];
  /** Last MULTIPART_NAME and MULTIPART_FILENAME seen. */
  readonly lastPartName: string | undefined;
  readonly lastFilename: string | undefined;
  readonly multipart: Readonly<MultipartFlags> | undefined;
  readonly xml: XmlDocument | undefined;
  /** Text of REQBODY_ERROR_MSG, for example `JSON parsing error: …`; undefined while all is well. */
  readonly error: string | undefined;
  /** There were more parts than `partsLimit`; what is behind the last of them was not read. */
  readonly isOverPartsLimit?: boolean;
  /** The first key that an object of a JSON body has twice. */
  readonly duplicateKey?: string | undefined;
  /** An invalid `%` escape was seen (URLENCODED_ERROR). */
  readonly hasInvalidEscape: boolean;
  /** Body bytes that are not file content, for SecRequestBodyNoFilesLimit. */
  readonly noFilesLength: number;
}

/** Parses one body. Any split of the same bytes gives the same result; after an error further bytes are ignored. */
export interface BodyParser {
  /** Takes the next bytes (a byte string). Never throws. */
  write(chunk: string): void;
  /**
   * Takes of the next bytes those at their beginning that need not become a byte string, as nobody is to look at them, and gives how many
   * these are. The rest of them is written next. The outcome is that of writing all of them. Never throws.
   */
  passOver?(bytes: Uint8Array): number;
  /** Says that the body is complete. Never throws. */
  finish(): void;
  readonly result: BodyResult;
}

/** A word of `ctl:requestBodyProcessor`. */
export interface BodyProcessor {
  readonly name: string;
  readonly summary: string;
  /** Whether REQUEST_BODY is defined for bodies of this kind (only URLENCODED). */
  readonly definesRequestBody: boolean;
  createParser(options: BodyOptions): BodyParser;
}

/** Declares a body processor; see `body-processors/urlencoded.ts`. */
export function defineBodyProcessor(definition: BodyProcessor): BodyProcessor {
  return definition;
}
