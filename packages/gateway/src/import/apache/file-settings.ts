/** What a server, a virtual host or a folder of Apache says about files: where they are, and what runs the scripts among them. */
import type { Statement } from '../proxy/statement.ts';
import type { Directive } from './parse.ts';
import type { Scope } from './scope.ts';

/** `SetHandler "proxy:…|fcgi://…"`. */
export interface Handler {
  readonly at: Statement;
  /** Behind `proxy:`. */
  readonly url: string;
}

/** `<Files>`, `<FilesMatch>`. */
export interface NamedFiles {
  readonly at: Statement;
  /** For the last segment of a path. */
  readonly name: string;
  /** What it says about access. */
  readonly place: Scope;
}

/** `<Directory>`. */
export interface Folder {
  readonly at: Statement;
  readonly folder: string;
  readonly place: Scope;
}

export class FileSettings {
  root: { readonly at: Statement; readonly folder: string } | undefined;
  index: { readonly at: Statement; readonly names: readonly string[] } | undefined;
  /** The script for what is no file; undefined in it: none, whatever is said around. */
  fallback: { readonly at: Statement; readonly path: string | undefined } | undefined;
  handler: Handler | undefined;
  /** No script is run here. */
  withoutScripts: Statement | undefined;
  /** `.htaccess` files count. */
  overrides: boolean | undefined;
  readonly named: NamedFiles[] = [];
  readonly folders: Folder[] = [];
  /** `AddHandler`, `SuexecUserGroup` and directives of mod_fcgid, by lower-case name. */
  readonly programs = new Map<string, readonly Directive[]>();
  /** Conditions that wait for their rule. */
  readonly conditions: Directive[] = [];

  /** Every statement, those of folders and names too. */
  get statements(): readonly Statement[] {
    const own = [this.root, this.index, this.fallback, this.handler].flatMap((one) => one?.at ?? []);
    const inner = [...this.named, ...this.folders].flatMap(({ at, place }) => [at, ...place.files.statements]);
    const programs = [...this.programs.values()].flat().map(({ at }) => at);
    return [...own, ...programs, ...inner];
  }
}
