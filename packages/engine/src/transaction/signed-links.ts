import { startsWithIgnoreCase } from '../bytes/ascii.ts';
import { signHtml } from '../link-hashing/sign-html.ts';
import { signLink } from '../link-hashing/sign-link.ts';
import type { LinkHashingSettings } from '../registry/settings.ts';
import type { ExchangeState } from '../run/exchange-state.ts';
import { headerValue } from '../run/request-state.ts';

/** The Location header of the response with its signature; undefined when it stays as it is. */
export function signedLocation(state: ExchangeState, linkHashing: LinkHashingSettings): string | undefined {
  const { response, settings, interruption } = state;
  if (response === undefined || !settings.hashEngine || interruption !== undefined) return undefined;
  const location = headerValue(response.headers, 'location');
  return location === undefined ? undefined : signLink(location, 'HashLocation', linkHashing, state);
}

/** Behind phase 4: signs the links in what rules left of an HTML page. */
export function signPage(state: ExchangeState, linkHashing: LinkHashingSettings): void {
  const { response, streams } = state;
  if (linkHashing.methods.length === 0 || response?.body === undefined || !isHtml(response.contentType)) return;
  if (response.isOverLimit) {
    state.report(2, 'Links are not signed: the response body is longer than the configured limit.');
    return;
  }
  const page = streams.output ?? response.body;
  const signed = signHtml(page, (link, kind) => signLink(link, kind, linkHashing, state));
  if (signed === undefined) return;
  streams.output = signed;
  streams.isOutputChanged = true;
}

function isHtml(contentType: string | undefined): boolean {
  return contentType !== undefined && startsWithIgnoreCase(contentType, 'text/html');
}
