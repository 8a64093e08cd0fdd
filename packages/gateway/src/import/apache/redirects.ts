/** mod_alias: redirections. What leads to files is not carried over. */
import { checkPath, checkRedirect } from '../../config/checks.ts';
import type { Statement } from '../proxy/statement.ts';
import type { Scope } from './scope.ts';
import type { Topic, Workshop } from './topic.ts';

const STATUS: Readonly<Record<string, number>> = { permanent: 301, temp: 302, seeother: 303, gone: 410 };

export const redirects: Topic = {
  redirect({ args, at }, scope, workshop) {
    const [first = '', ...rest] = args;
    const status = STATUS[first.toLowerCase()] ?? (/^\d{3}$/.test(first) ? Number(first) : undefined);
    const [path = '', target] = status === undefined ? args : rest;
    // In a location the path may be left out.
    if (scope.path !== undefined && target === undefined && !isError(status ?? 302)) {
      redirect(at, scope, workshop, status ?? 302, scope.path, path);
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
      redirect(at, scope, workshop, status ?? 302, exact[1] as string, target === '' ? undefined : target, true);
      return;
    }
    if (prefix !== null && /^[^$]*\/\$1$/.test(target)) {
      redirect(at, scope, workshop, status ?? 302, prefix[1] || '/', target.replace(/\/\$1$/, '/'));
      return;
    }
    workshop.ledger.leftOut(at, 'routes know paths and prefixes, not patterns');
  },
};

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
  exact = false,
): void {
  const mistake = checkPath(path);
  if (mistake !== undefined) {
    ledger.leftOut(at, mistake);
    return;
  }
  if (isError(status)) {
    scope.answers.push({ at, path, exact, what: `answer ${status}`, more: { answer: status } });
    return;
  }
  if (status > 308 || target === undefined) {
    ledger.leftOut(at, 'it has no target');
    return;
  }
  // What follows the path of a route begins with a slash.
  const to = exact ? target : `${target.replace(/\/+$/, '')}{rest}`;
  const wrong = checkRedirect(to === '{rest}' ? '/' : to);
  if (to === '{rest}' || wrong !== undefined) {
    ledger.leftOut(at, wrong ?? 'it leads to itself');
    return;
  }
  if (!exact && !target.endsWith('/') && path.endsWith('/'))
    ledger.noted(at, 'the path ends with a slash and the target does not: a slash is put between them');
  scope.answers.push({ at, path, exact, what: `redirect ${status} ${to}`, more: { redirect: { to, status } } });
}
