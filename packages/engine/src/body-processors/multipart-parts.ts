import type { BodyArgument, BodyFile, BodyOptions, MultipartFlags } from '../registry/body-processor.ts';
import { ownCopy } from './own-copy.ts';

/** A part whose headers have been read. */
export interface PartHead {
  readonly name: string;
  /** Undefined for a field. */
  readonly filename: string | undefined;
  readonly contentType: string | undefined;
  /** The first part is 1. */
  readonly number: number;
}

interface OpenPart extends PartHead {
  readonly isExtracted: boolean;
  /** Content of a field so far; stays empty for a file. */
  value: string;
  size: number;
}

/** The parts of a form, as far as they have been read: fields become arguments, files are counted and handed to the sink. */
export class MultipartParts {
  readonly arguments: BodyArgument[] = [];
  readonly files: BodyFile[] = [];
  readonly #options: BodyOptions;
  readonly #flags: MultipartFlags;
  #open: OpenPart | undefined;
  #extractedFiles = 0;
  #fieldsLength = 0;
  #isOverArgumentsLimit = false;

  constructor(options: BodyOptions, flags: MultipartFlags) {
    this.#options = options;
    this.#flags = flags;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Bytes of content in all fields so far. */
  get fieldsLength(): number {
    return this.#fieldsLength;
  }

  /** A field was left out, since there were as many arguments as there may be. */
  get isOverArgumentsLimit(): boolean {
    return this.#isOverArgumentsLimit;
  }

  /** Begins a part; the one before has been closed. */
  open(head: PartHead): void {
    const isExtracted = head.filename !== undefined && this.#beginExtraction();
    this.#open = { ...head, isExtracted, value: '', size: 0 };
  }

  /** Adds content to the open part, if there is one. */
  append(data: string): void {
    const part = this.#open;
    if (part === undefined) return;
    part.size += data.length;
    if (part.filename === undefined) {
      part.value += data;
      this.#fieldsLength += data.length;
    } else if (part.isExtracted) {
      this.#options.fileSink?.(this.files.length, data);
    }
  }

  /** Nobody looks at the content of the open part: it is a file, and is not extracted. */
  get isUnseen(): boolean {
    return this.#open?.filename !== undefined && !this.#open.isExtracted;
  }

  /** Adds so many bytes to the open part, which is unseen. */
  countUnseen(length: number): void {
    if (this.#open !== undefined) this.#open.size += length;
  }

  /** Ends the open part; false when there is none. */
  close(): boolean {
    const part = this.#open;
    this.#open = undefined;
    if (part === undefined) return false;
    const { name, filename, size, contentType, number } = part;
    if (filename !== undefined) {
      this.files.push({ name, filename, size, contentType, partNumber: number });
    } else if (this.arguments.length < this.#options.argumentsLimit) {
      this.arguments.push({ name, value: ownCopy(part.value) });
    } else {
      this.#isOverArgumentsLimit = true;
    }
    return true;
  }

  #beginExtraction(): boolean {
    const { extractFiles, fileSink, uploadFileLimit } = this.#options;
    if (!extractFiles) return false;
    if (this.#extractedFiles >= uploadFileLimit) {
      this.#flags.fileLimitExceeded = true;
      return false;
    }
    this.#extractedFiles++;
    fileSink?.(this.files.length, '');
    return true;
  }
}
