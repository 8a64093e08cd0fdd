import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Mention, mentionsOf } from './mentions.ts';
import { fileOf, TextDocument, uriOf } from './text-document.ts';

/** Bounds of the search for rule files, so that a home folder as workspace does no harm. */
const MAX_DEPTH = 6;
const MAX_FILES = 1000;
const MAX_FOLDERS = 2000;
const MAX_SIZE = 4 * 1024 * 1024;
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', '.git', 'dist']);

interface FileOnDisk {
  readonly modified: number;
  readonly document: TextDocument;
}

/** The rule files of the editor's folders: those that are open as the editor has them, the others from disk. */
export class Workspace {
  readonly #folders: string[] = [];
  readonly #open = new Map<string, TextDocument>();
  readonly #disk = new Map<string, FileOnDisk>();
  readonly #mentions = new WeakMap<TextDocument, readonly Mention[]>();

  addFolder(uri: string): void {
    this.#folders.push(fileOf(uri));
  }

  open(document: TextDocument): void {
    this.#open.set(document.uri, document);
  }

  close(uri: string): void {
    this.#open.delete(uri);
  }

  find(uri: string): TextDocument | undefined {
    return this.#open.get(uri);
  }

  mentions(document: TextDocument): readonly Mention[] {
    let mentions = this.#mentions.get(document);
    if (mentions === undefined) {
      mentions = mentionsOf(document.nodes);
      this.#mentions.set(document, mentions);
    }
    return mentions;
  }

  /** Every document: open ones first, then the files of the folders, or of the open files' folders where there are none. */
  documents(): readonly TextDocument[] {
    const open = [...this.#open.values()];
    const names = new Set(open.map(({ file }) => file));
    const folders =
      this.#folders.length > 0
        ? this.#folders
        : [...new Set(open.filter(({ file }) => file.startsWith('/')).map(({ file }) => dirname(file)))];
    const files = findRuleFiles(folders).filter((file) => !names.has(file));
    return [...open, ...files.flatMap((file) => this.#read(file))];
  }

  #read(file: string): readonly TextDocument[] {
    try {
      const { mtimeMs: modified, size } = statSync(file);
      if (size > MAX_SIZE) return [];
      const known = this.#disk.get(file);
      if (known?.modified === modified) return [known.document];
      const document = new TextDocument(uriOf(file), 0, readFileSync(file, 'latin1'));
      this.#disk.set(file, { modified, document });
      return [document];
    } catch {
      // Files come and go while people work.
      return [];
    }
  }
}

function findRuleFiles(folders: readonly string[]): string[] {
  const found: string[] = [];
  let queue = folders.map((folder) => ({ folder, depth: 0 }));
  for (let visited = 0; queue.length > 0 && visited < MAX_FOLDERS && found.length < MAX_FILES; visited++) {
    const [next, ...rest] = queue;
    queue = rest;
    if (next === undefined) break;
    for (const entry of entriesOf(next.folder)) {
      const path = join(next.folder, entry.name);
      if (entry.isDirectory() && next.depth < MAX_DEPTH && !SKIPPED.has(entry.name)) {
        queue.push({ folder: path, depth: next.depth + 1 });
      } else if (entry.isFile() && /\.conf(?:\.example)?$/.test(entry.name)) {
        found.push(path);
      }
    }
  }
  return found;
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
