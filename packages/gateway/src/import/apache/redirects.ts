/** mod_alias: redirections. What leads to files is not carried over. */
import { checkPath, checkRedirect } from '../../config/checks.ts';
import { checkPathPattern } from '../../proxy/path-pattern.ts';
import type { Statement } from '../proxy/statement.ts';
import type { Deed } from './destinations.ts';
import type { Scope } from './scope.ts';
import type { Topic, Workshop } from './topic.ts';

const STATUS: Readonly<Record<string, number>> = {
  __proto__: null as never,
  permanent: 301,
  temp: 302,
  seeother: 303,
  gone: 410,
};

export const redirects: Topic = {
  redirect({ args, at }, scope, workshop) {
    const [first = '', ...rest] = args;
    const status = STATUS[first.toLowerCase()] ?? (/^\d{3}$/.test(first) ? Number(first) : undefined);
    const [path = '', target] = status === undefined ? args : rest;
    // In a location the path may be left out; the target is then the whole address.
    if (scope.path !== undefined && target === undefined && !isError(status ?? 302)) {
      redirect(at, scope, workshop, status ?? 302, scope.path, path, { exact: false, keepsRest: false });
      return;
    }
    redirect(at, scope, workshop, status ?? 302, path === '' ? (scope.path ?? '') : path, target);
  },
  redirectpermanent: ({ args: [path = '', target], at }, scope, workshop) =>
    redirect(at, scope, workshop, 301, path, target),
  redirecttemp: ({ args: [path = '', target], at }, scope, workshop) =>
    redirect(at, scope, workshop, 302, path, target),
  redirectmatch({ args, at }, scope, workshop) {
    const [first = '', ...rest] = args;
    const status = STATUS[first.toLowerCase()] ?? (/^\d{3}$/.test(first) ? Number(first) : undefined);
    const [pattern = '', target = ''] = status === undefined ? args : rest;
    const exact = /^\^(\/[\w./-]*)\$$/.exec(pattern);
    const prefix = /^\^(\/[\w/-]*?)\/?\(?\.\*\)?\$?$/.exec(pattern);
    if (exact !== null && !target.includes('$')) {
      redirect(at, scope, workshop, status ?? 302, exact[1] as string, target === '' ? undefined : target, {
        exact: true,
        keepsRest: false,
      });
      return;
    }
    if (prefix !== null && /^[^$]*\/\$1$/.test(target)) {
      redirect(at, scope, workshop, status ?? 302, prefix[1] || '/', target.replace(/\/\$1$/, '/'));
      return;
    }
    matched(at, scope, workshop, status ?? 302, pattern, target);
  },
};

/** Groups of a pattern in the target: `$1` is `{1}` here. */
function matched(
  at: Statement,
  scope: Scope,
  { ledger }: Workshop,
  status: number,
  pattern: string,
  target: string,
): void {
  const to = withQuery(target.replace(/\$([1-9])/g, '{$1}'));
  const isAnswer = isError(status);
  const mistake =
    scope.kind === 'location'
      ? 'patterns in a location are not carried over'
      : (checkPathPattern(pattern) ?? (isAnswer ? undefined : checkRedirect(to)));
  if (mistake !== undefined || (!isAnswer && (status > 308 || /\$\d/.test(to)))) {
    ledger.leftOut(at, mistake ?? `${target} is nothing a client could be sent to`);
    return;
  }
  const deed: Deed = isAnswer
    ? { kind: 'answer', more: { answer: status } }
    : { kind: 'redirect', path: '/', pattern, to, status };
  ledger.enter(at);
  scope.answers.push({ at, path: '/', pattern, deed });
}

/** Apache and nginx send the query of the request along, unless the target has one. */
export function withQuery(to: string): string {
  return to.includes('?') || /\{(uri|rest|query)\}/.test(to) ? to : `${to}{query}`;
}

function isError(status: number): boolean {
  return status < 300 || status > 399;
}

function redirect(
  at: Statement,
  scope: Scope,
  { ledger }: Workshop,
  status: number,
  path: string,
  target: string | undefined,
  { exact, keepsRest } = { exact: false, keepsRest: true },
): void {
  const mistake = checkPath(path);
  if (mistake !== undefined) {
    ledger.leftOut(at, mistake);
    return;
  }
  if (isError(status)) {
    scope.answers.push({ at, path, exact, pattern: scope.pattern, deed: { kind: 'answer', more: { answer: status } } });
    return;
  }
  if (status > 308 || target === undefined) {
    ledger.leftOut(at, 'it has no target');
    return;
  }
  // What follows the path of a route begins with a slash.
  const to = !keepsRest ? withQuery(target) : `${target.replace(/\/+$/, '')}{rest}`;
  const wrong = checkRedirect(to === '{rest}' ? '/' : to);
  if (to === '{rest}' || wrong !== undefined) {
    ledger.leftOut(at, wrong ?? 'it leads to itself');
    return;
  }
  if (keepsRest && !target.endsWith('/') && path.endsWith('/'))
    ledger.noted(at, 'the path ends with a slash and the target does not: a slash is put between them');
  scope.answers.push({ at, path, exact, pattern: scope.pattern, deed: { kind: 'redirect', path, to, status } });
}
