/** Which trailer fields pass; all others end at the gate. */
import { checkHeaderName } from '../checks.ts';
import { listOf, type Table, text } from '../field.ts';

export interface RouteTrailersConfig {
  readonly requestTrailers: readonly string[];
  readonly responseTrailers: readonly string[];
}

export const routeTrailers: Table<RouteTrailersConfig> = {
  requestTrailers: {
    type: listOf(text('header name', checkTrailerName)),
    default: [],
    summary:
      'Trailer fields of requests that are sent on, such as `X-Checksum`, as trailers and never as headers; all others are dropped. Rules do not see them, so where rules are on all are. They come with bodies in chunks, and with HTTP/2.',
  },
  responseTrailers: {
    type: listOf(text('header name', checkTrailerName)),
    default: [],
    summary:
      'Trailer fields of answers that pass, such as `Server-Timing` or `Digest`; all others are dropped. Rules do not see them. They come with answers in chunks, and with HTTP/2.',
  },
};

/** Fields that say how a message is read, whom it is for or who may have it mean something else when they come late (RFC 9110 §6.5.1). */
const NEVER_LATE =
  /^(age|authorization|cache-control|clear-site-data|content-.*|cookie|date|etag|expires|forwarded|last-modified|location|max-forwards|pragma|proxy-.*|range|retry-after|server|set-cookie|strict-transport-security|vary|via|warning|www-authenticate|x-forwarded-.*|if-.*|access-control-.*)$/i;

function checkTrailerName(name: string): string | undefined {
  return checkHeaderName(name) ?? (NEVER_LATE.test(name) ? `${name} may not come as a trailer` : undefined);
}
