import { isAlphanumeric, isSpace, lowerCase, startsWithIgnoreCase } from '../bytes/ascii.ts';
import type { MultipartFlags } from '../registry/body-processor.ts';
import { MultipartError } from './multipart-error.ts';

const MEDIA_TYPE = 'multipart/form-data';
const PARAMETER = 'boundary';
const MAX_HEADER_LENGTH = 1024;

/** RFC 2046 §5.1.1. ModSecurity sets no limit of its own; others do, and cut what is longer. */
const MAX_BOUNDARY_LENGTH = 70;

/**
 * The boundary of a multipart body. As strict as ModSecurity 2: nothing but one `;` and white space may stand before the
 * parameter and nothing after it, so that no two readers can disagree about what it is. Raises the flags about the header.
 * Throws {@link MultipartError}.
 */
export function readBoundary(contentType: string, flags: MultipartFlags): string {
  if (contentType === '') throw new MultipartError('Content-Type header not available.');
  if (contentType.length > MAX_HEADER_LENGTH) throw invalid('length');
  if (!startsWithIgnoreCase(contentType, MEDIA_TYPE)) throw new MultipartError('Invalid MIME type.');

  const parameters = countParameters(contentType);
  if (parameters > 1) throw new MultipartError('Multiple boundary parameters in C-T.');
  const parameter = contentType.indexOf(PARAMETER);
  if (parameter < 0) {
    if (parameters > 0) throw invalid('case sensitivity');
    throw new MultipartError('Boundary not found in C-T.');
  }

  flags.missingSemicolon = !checkTextBefore(contentType, parameter);
  const nameEnd = parameter + PARAMETER.length;
  const equals = contentType.indexOf('=', nameEnd);
  if (equals < 0) throw invalid('malformed');
  for (let at = nameEnd; at < equals; at++) {
    if (!isSpace(contentType.charCodeAt(at))) throw invalid('parameter name');
    flags.boundaryWhitespace = true;
  }
  if (isSpace(contentType.charCodeAt(equals + 1))) flags.boundaryWhitespace = true;

  const boundary = unquote(contentType.slice(equals + 1), flags);
  if (countParameters(boundary) > 0) throw invalid('content');
  if (!hasBoundaryBytesOnly(boundary)) throw invalid('characters');
  if (boundary === '') throw invalid('empty');
  if (boundary.length > MAX_BOUNDARY_LENGTH) throw invalid('length');
  return boundary;
}

function invalid(reason: string): MultipartError {
  return new MultipartError(`Invalid boundary in C-T (${reason}).`);
}

/** How often the word occurs, in any case, with a `=` somewhere after it. */
function countParameters(text: string): number {
  const lower = lowerCase(text);
  const lastEquals = lower.lastIndexOf('=');
  let count = 0;
  for (let at = lower.indexOf(PARAMETER); at >= 0; at = lower.indexOf(PARAMETER, at + 1)) {
    if (at + PARAMETER.length <= lastEquals) count++;
  }
  return count;
}

/** Whether a semicolon separates the media type from the parameter. */
function checkTextBefore(contentType: string, parameter: number): boolean {
  let hasSemicolon = false;
  for (let at = MEDIA_TYPE.length; at < parameter; at++) {
    if (isSpace(contentType.charCodeAt(at))) continue;
    if (contentType[at] !== ';' || hasSemicolon) throw invalid('malformed');
    hasSemicolon = true;
  }
  return hasSemicolon;
}

function unquote(value: string, flags: MultipartFlags): string {
  const opens = value.startsWith('"');
  const closes = value.length >= 2 && value.endsWith('"');
  if (opens !== closes) throw invalid('quote');
  flags.boundaryQuoted = opens;
  return opens ? value.slice(1, -1) : value;
}

/** RFC 2046: `bchars`, with a space only inside. */
function hasBoundaryBytesOnly(boundary: string): boolean {
  for (let at = 0; at < boundary.length; at++) {
    const isInnerSpace = boundary[at] === ' ' && at < boundary.length - 1;
    if (!isAlphanumeric(boundary.charCodeAt(at)) && !"'()+_,-./:=?".includes(boundary[at]!) && !isInnerSpace)
      return false;
  }
  return true;
}
