import type { RequestHead, ResponseHead } from '@sallyport/engine';

/** A request as it once came, with the answer it got where that is known. Bodies are byte strings. */
export interface RecordedRequest {
  /** Where it was recorded: `attack.yaml 942100-1`, `audit.log Zx3…`. */
  readonly name: string;
  readonly head: RequestHead;
  readonly body: string;
  readonly response?: { readonly head: ResponseHead; readonly body: string };
}

export interface Recording {
  readonly requests: readonly RecordedRequest[];
  /** Entries nothing could be made of: no request line, or an audit log without part B. */
  readonly leftOut: number;
}

/** A file that holds no recorded requests. The message names it and says what would be understood. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}
