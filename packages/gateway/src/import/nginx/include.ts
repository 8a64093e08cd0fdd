/** Puts included files in place. Rules of ModSecurity are named elsewhere, so every file here is nginx's own. */
import type { Ledger } from '../proxy/ledger.ts';
import type { OldFiles } from '../proxy/old-files.ts';
import { type NginxItem, parseNginx } from './parse.ts';

const MAX_DEPTH = 64;

/** Throws when the file cannot be read; what it includes is accounted for. */
export function readNginx(files: OldFiles, ledger: Ledger, name: string): readonly NginxItem[] {
  return expand(parseNginx(name, files.read(name)), files, ledger, 0);
}

function expand(items: readonly NginxItem[], files: OldFiles, ledger: Ledger, depth: number): readonly NginxItem[] {
  return items.flatMap((item): readonly NginxItem[] => {
    const { at, args } = item;
    ledger.enter(at);
    if (item.broken !== undefined) ledger.leftOut(at, item.broken);
    if (item.name === 'include' && item.children === undefined) {
      const names = depth < MAX_DEPTH ? files.list(args[0] ?? '') : [];
      if (names.length === 0) ledger.leftOut(at, 'no such file');
      return names.flatMap((name) => {
        try {
          const found = parseNginx(name, files.read(name));
          ledger.carried(at, `read: ${name}`);
          return expand(found, files, ledger, depth + 1);
        } catch (cause) {
          ledger.leftOut(at, (cause as Error).message);
          return [];
        }
      });
    }
    if (item.children === undefined) return item.broken === undefined ? [item] : [];
    return [{ ...item, children: expand(item.children, files, ledger, depth) }];
  });
}
