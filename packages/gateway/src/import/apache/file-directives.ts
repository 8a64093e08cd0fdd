/** Directives about files: `DocumentRoot`, `DirectoryIndex`, `FallbackResource`, `SetHandler`, and rewriting to a front controller. */
import { checkPath } from '../../config/checks.ts';
import type { Directive } from './parse.ts';
import type { Scope } from './scope.ts';
import { isOn, type Topic, type Workshop } from './topic.ts';

/** Everywhere. */
export const fileDirectives: Topic = {
  documentroot({ args, at }, { files }, { ledger }) {
    const folder = (args[0] ?? '').replace(/(.)\/+$/, '$1');
    const mistake = checkPath(folder);
    if (mistake !== undefined) {
      ledger.leftOut(at, mistake);
      return;
    }
    ledger.enter(at);
    files.root = { at, folder };
  },
  directoryindex({ args, at }, { files }, { ledger }) {
    ledger.enter(at);
    files.index = { at, names: args };
  },
  fallbackresource({ args, at }, { files }, { ledger }) {
    const [path = ''] = args;
    const mistake = path === 'disabled' ? undefined : checkPath(path);
    if (mistake !== undefined) {
      ledger.leftOut(at, mistake);
      return;
    }
    ledger.enter(at);
    files.fallback = { at, path: path === 'disabled' ? undefined : path };
  },
  sethandler({ args, at }, { files }, { ledger }) {
    const [handler = ''] = args;
    const url = /^proxy:(.+)$/i.exec(handler)?.[1];
    if (url !== undefined) {
      ledger.enter(at);
      files.handler = { at, url };
    } else if (/^none$|^default-handler$/i.test(handler)) {
      ledger.enter(at);
      files.withoutScripts = at;
    } else ledger.leftOut(at, `${handler}: only proxy:…|fcgi://… is carried over`);
  },
  allowoverride({ args, at }, { files }, { ledger }) {
    files.overrides = args[0]?.toLowerCase() !== 'none';
    ledger.carried(
      at,
      files.overrides ? 'the .htaccess of DocumentRoot is read once, by the import' : 'no .htaccess is read',
    );
  },
  allowoverridelist: ({ at }, { files }, { ledger }) => {
    files.overrides = true;
    ledger.carried(at, 'the .htaccess of DocumentRoot is read once, by the import');
  },
  php_admin_flag: switchOfPhp,
  php_flag: switchOfPhp,
};

function switchOfPhp({ args, at }: Directive, { files }: Scope, { ledger }: Workshop): void {
  if (args[0]?.toLowerCase() !== 'engine' || isOn(args[1])) {
    ledger.leftOut(at, 'settings of PHP are those of its pool');
    return;
  }
  ledger.enter(at);
  files.withoutScripts = at;
}

const EVERYTHING = /^(\.|\^|\.\*|\^?\(?\.\*\)?\$?)$/;

/** mod_rewrite in a folder, where only one thing is carried over: what is no file goes to one script. */
export function rewriteInFolder(directive: Directive, { files }: Scope, { ledger }: Workshop): void {
  const { name, args, at } = directive;
  switch (name.toLowerCase()) {
    case 'rewriteengine':
    case 'rewritebase':
      ledger.carried(at, 'nothing to switch on');
      return;
    case 'rewritecond':
      ledger.enter(at);
      files.conditions.push(directive);
      return;
    default:
  }
  const conditions = files.conditions.splice(0);
  const [pattern = '', target = '', flags = ''] = args;
  const isMissing = ({ args: [what = '', test = ''] }: Directive): boolean =>
    /^%\{(REQUEST_FILENAME|SCRIPT_FILENAME)\}$/.test(what) && /^!-[fdls]$/.test(test);
  const script = /^\/?([\w./-]+\.\w+)(\?.*)?$/.exec(target)?.[1];
  const refuses = /(^|[[,])(F|G|forbidden|gone)([\],]|$)/i.test(flags);
  const isController =
    script !== undefined &&
    EVERYTHING.test(pattern) &&
    conditions.every(isMissing) &&
    conditions.some((one) => one.args[1] === '!-f');
  for (const one of conditions) {
    if (isController) ledger.carried(one.at, 'files and folders come first');
    else ledger.leftOut(one.at, 'its rule is not carried over');
  }
  if (isController) {
    ledger.enter(at);
    files.fallback = { at, path: `/${script}` };
  } else if (target === '-' && !refuses) ledger.carried(at, 'it changes no path');
  else {
    if (refuses) ledger.noted(at, 'WARNING: what it refuses is not refused here; write a rule for it');
    ledger.leftOut(at, 'in folders only rewriting to a front controller is carried over');
  }
}
