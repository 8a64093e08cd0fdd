/** Puts included files in place. Rules of ModSecurity are named elsewhere, so every file here is nginx's own. */
import type { Ledger } from '../proxy/ledger.ts';
import type { OldFiles } from '../proxy/old-files.ts';
import { type NginxItem, parseNginx } from './parse.ts';

/** Files within each other. */
const MAX_DEPTH = 64;

/** Throws when the file cannot be read; what it includes is accounted for. */
export function readNginx(files: OldFiles, ledger: Ledger, name: string): readonly NginxItem[] {
  return expand(parseNginx(name, files.read(name)), files, ledger, [name]);
}

/** `within`: the files that are being read, each included by the one before it. */
function expand(
  items: readonly NginxItem[],
  files: OldFiles,
  ledger: Ledger,
  within: readonly string[],
): readonly NginxItem[] {
  return items.flatMap((item): readonly NginxItem[] => {
    const { at, args } = item;
    ledger.enter(at);
    if (item.broken !== undefined) ledger.leftOut(at, item.broken);
    if (item.name === 'include' && item.children === undefined) {
      const names = files.list(args[0] ?? '');
      if (names.length === 0) ledger.leftOut(at, 'no such file');
      return names.flatMap((name) => {
        try {
          if (within.includes(name)) throw new Error('a file that includes itself');
          if (within.length > MAX_DEPTH) throw new Error(`more than ${MAX_DEPTH} files within each other`);
          const found = parseNginx(name, files.read(name));
          ledger.carried(at, `read: ${name}`);
          return expand(found, files, ledger, [...within, name]);
        } catch (cause) {
          ledger.leftOut(at, (cause as Error).message);
          return [];
        }
      });
    }
    if (item.children === undefined) return item.broken === undefined ? [item] : [];
    return [{ ...item, children: expand(item.children, files, ledger, within) }];
  });
}
