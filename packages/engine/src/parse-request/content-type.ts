import { startsWithIgnoreCase } from '../bytes/ascii.ts';

/**
 * The body processor ModSecurity 2 picks by itself for a `Content-Type`: a caseless comparison of the beginning, parameters
 * and trailing text ignored. XML and JSON are chosen by rules with `ctl:requestBodyProcessor`. Empty when none is picked.
 */
export function bodyProcessorFor(contentType: string): 'URLENCODED' | 'MULTIPART' | '' {
  if (startsWithIgnoreCase(contentType, 'application/x-www-form-urlencoded')) return 'URLENCODED';
  if (startsWithIgnoreCase(contentType, 'multipart/form-data')) return 'MULTIPART';
  return '';
}
