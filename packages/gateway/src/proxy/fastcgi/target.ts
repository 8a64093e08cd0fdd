/** What a path means to an application: a script, a folder, or the one program there is. */
import type { FastCgiConfig } from '../../config/sections/fastcgi.ts';
import { ERRORS, GateError } from '../../errors.ts';
import { canonicalPath } from '../../listener/target.ts';
import type { CgiContext, Target } from './parameters.ts';
import type { ScriptFinder } from './script-finder.ts';

/** A program, or the path the client should have asked for. */
export type TargetOrRedirect = Target | { readonly location: string };

/** `pathAndQuery`: as sent to the upstream. Rejects with a `GateError` when it means nothing. */
export async function targetOf(
  pathAndQuery: string,
  finder: ScriptFinder,
  { inner }: CgiContext,
): Promise<TargetOrRedirect> {
  const { raw, query } = split(pathAndQuery);
  const path = canonicalPath(raw);
  // The name of a file cannot hold a slash, so whoever encodes one means something else.
  const found = await finder.find(path, !/%2f/i.test(raw));
  switch (found.type) {
    case 'script': {
      if (found.filename !== undefined) return found;
      // Without files, the place of the program is the prefix of the route, and what follows is its own.
      const isBelow = path === inner || path.startsWith(`${inner}/`);
      return { scriptName: isBelow ? inner : '', pathInfo: path.slice(isBelow ? inner.length : 0) };
    }
    case 'folder':
      // Made from the decoded path, which begins with one slash: two would lead to another host.
      return { location: `${encodePath(path)}/${query === undefined ? '' : `?${query}`}` };
    case 'none':
      throw new GateError(ERRORS.noScript, `${path}: ${found.reason}`);
  }
}

/** For health checks: no file is looked for, because php-fpm answers its `ping.path` without one. */
export function uncheckedTarget(pathAndQuery: string, { root, appRoot = root }: FastCgiConfig): Target {
  const scriptName = canonicalPath(split(pathAndQuery).raw);
  const file = appRoot === undefined ? {} : { filename: appRoot + scriptName, documentRoot: appRoot };
  return { scriptName, pathInfo: '', ...file };
}

/** `query`: undefined without a question mark. */
export function split(pathAndQuery: string): { readonly raw: string; readonly query: string | undefined } {
  const mark = pathAndQuery.indexOf('?');
  if (mark < 0) return { raw: pathAndQuery, query: undefined };
  return { raw: pathAndQuery.slice(0, mark), query: pathAndQuery.slice(mark + 1) };
}

/** Everything but what may stand in a path as it is (RFC 3986 §3.3) as percent escapes. */
function encodePath(path: string): string {
  return path.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/g, (byte) => {
    return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}
