/** Addresses of applications as Apache and nginx write them. */
import { checkPath, checkUpstreamUrl } from '../../config/checks.ts';

export interface Target {
  /** As `upstreams.<name>.urls` takes it. */
  readonly url: string;
  /** Path behind the address; undefined where none is written. */
  readonly path: string | undefined;
  readonly isSecure: boolean;
}

/** A text says why it cannot be an upstream. */
export function parseTarget(written: string): Target | string {
  const parts = /^(https?|wss?):\/\/([^/?#]+)([^?#]*)$/i.exec(written);
  if (parts === null) {
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(written)?.[1];
    if (scheme !== undefined && !/^(https?|wss?)$/i.test(scheme))
      return `${scheme}: is not spoken to applications, only HTTP`;
    return `"${written}" is not an address of an application`;
  }
  const [, scheme = '', authority = '', path = ''] = parts;
  const isSecure = /^(https|wss)$/i.test(scheme);
  const url = `${isSecure ? 'https' : 'http'}://${authority.toLowerCase()}`;
  const mistake = checkUpstreamUrl(url) ?? (path === '' ? undefined : checkPath(path));
  return mistake ?? { url, path: path === '' ? undefined : path, isSecure };
}

/** The path of a socket as an upstream. */
export function socketTarget(path: string, rest: string | undefined): Target | string {
  const url = `unix:${path}`;
  const mistake = checkUpstreamUrl(url) ?? (rest === undefined || rest === '' ? undefined : checkPath(rest));
  return mistake ?? { url, path: rest === '' ? undefined : rest, isSecure: false };
}
