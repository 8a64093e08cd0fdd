/** Conditional requests (RFC 9110 §13): whether the client has the file already, or another one than it thinks. */

/** What tells one state of a file from another. */
export interface Validators {
  /** Strong, with its quotes. */
  readonly etag: string;
  /** Whole seconds since the epoch. */
  readonly modified: number;
}

/** The request header of that name in lower case; undefined without. */
export type HeaderOf = (name: string) => string | undefined;

/** Evaluated in the order of §13.2.2; for GET and HEAD. */
export function precondition(headerOf: HeaderOf, validators: Validators): 'go on' | 'not modified' | 'failed' {
  const ifMatch = headerOf('if-match');
  const unmodifiedSince = dateIn(headerOf('if-unmodified-since'));
  if (ifMatch !== undefined) {
    if (!lists(ifMatch, validators.etag, true)) return 'failed';
  } else if (unmodifiedSince !== undefined && validators.modified > unmodifiedSince) return 'failed';
  const ifNoneMatch = headerOf('if-none-match');
  const modifiedSince = dateIn(headerOf('if-modified-since'));
  if (ifNoneMatch !== undefined) return lists(ifNoneMatch, validators.etag, false) ? 'not modified' : 'go on';
  return modifiedSince !== undefined && validators.modified <= modifiedSince ? 'not modified' : 'go on';
}

/** Whether the part the client has belongs to this very file (§13.1.5); without the header it does not care. */
export function holdsIfRange(headerOf: HeaderOf, { etag, modified }: Validators): boolean {
  const wanted = headerOf('if-range')?.trim();
  if (wanted === undefined) return true;
  return /^(W\/)?"/.test(wanted) ? wanted === etag : dateIn(wanted) === modified;
}

/** A tag we have made, among those listed. A weak one of the same text is as good, unless a strong one is asked for. */
function lists(list: string, etag: string, isStrong: boolean): boolean {
  if (list.trim() === '*') return true;
  return [...list.matchAll(/(W\/)?("[^"]*")/g)].some(([, weak, tag]) => tag === etag && !(isStrong && weak));
}

/** Seconds since the epoch; undefined for what is no date (§5.6.7), which counts as if it were not there. */
function dateIn(text: string | undefined): number | undefined {
  if (text === undefined || !/^[A-Z][a-z]{2,8},? /.test(text)) return undefined;
  // The form of C's asctime has no zone, and means this one too.
  const parsed = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(parsed) ? undefined : Math.floor(parsed / 1000);
}
