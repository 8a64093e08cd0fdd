/** `auth.forward`: another server that is asked about every request. */
import { resolve } from 'node:path';
import { checkHeaderName } from '../../checks.ts';
import { duration, listOf, type Table, text } from '../../field.ts';

export interface ForwardProviderConfig {
  readonly url: string;
  readonly ca?: string;
  readonly timeout: number;
  readonly requestHeaders: readonly string[];
  readonly userHeader: string;
  readonly groupsHeader: string;
}

export const forward: Table<ForwardProviderConfig> = {
  url: {
    type: text('`http://` or `https://` address', checkForwardUrl),
    summary:
      'Asked with GET for every request. 2xx lets it in, 401 and 403 refuse it, anything else is 503. It gets `X-Forwarded-Method`, `-Uri`, `-Host`, `-Proto` and `-For`.',
  },
  ca: {
    type: text('file name'),
    isOptional: true,
    summary: "Certificates to trust for it instead of the system's, in PEM form.",
  },
  timeout: { type: duration(), default: 2000, summary: 'How long it may take to answer.' },
  requestHeaders: {
    type: listOf(text('header name', checkHeaderName)),
    default: ['Authorization', 'Cookie'],
    summary: 'Headers of the request that it gets. The application gets them too.',
  },
  userHeader: {
    type: text('header name', checkHeaderName),
    default: 'X-User',
    summary: 'Header of its answer that names the user. An answer that lets somebody in has to have it.',
  },
  groupsHeader: {
    type: text('header name', checkHeaderName),
    default: 'X-Groups',
    summary: 'Header of its answer with the groups, with commas between them.',
  },
};

/** Relative file names are relative to `folder`, that of the configuration file. */
export function placeForward(config: ForwardProviderConfig, folder: string): ForwardProviderConfig {
  return { ...config, ...(config.ca !== undefined && { ca: resolve(folder, config.ca) }) };
}

/** What is wrong with the address of a server that is asked; undefined when nothing is. */
export function checkForwardUrl(value: string): string | undefined {
  const url = URL.parse(value);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return `"${value}" is not a web address`;
  if (url.username !== '' || url.password !== '') return 'the address takes no password';
  return url.hash === '' ? undefined : 'the address takes no fragment';
}
