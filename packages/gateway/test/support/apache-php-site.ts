/** A virtual host of Apache with a folder of files, imported. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { importApache } from '../../src/import/apache.ts';
import { type Files, folderWith, notesOn, type Route } from './old-configuration.ts';

export interface ImportedSite {
  readonly imported: {
    readonly upstreams?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly routes: readonly Route[];
    readonly [section: string]: unknown;
  };
  /** What is said about the lines that begin so. */
  said(start: string): string;
  /** `path ~ pattern: where to`, a line for each route. */
  readonly routes: readonly string[];
}

/** PHP that is run by the pool behind a socket. */
export const FPM = 'SetHandler "proxy:unix:/run/php/fpm.sock|fcgi://localhost"';

/** `ROOT` in the text stands for the folder of the site, in which `files` are, and in what comes back too. */
export async function importPhpSite(text: string, files: Files = {}): Promise<ImportedSite> {
  const root = folderWith(files);
  const written = `<VirtualHost *:80>\nServerName php.test\nDocumentRoot ROOT\n${text}\n</VirtualHost>\n`;
  const folder = folderWith({ 'site.conf': written.replaceAll('ROOT', root) });
  const result = await importApache(join(folder, 'site.conf'), {});
  const imported = parse(result.text.replaceAll(root, 'ROOT')) as ImportedSite['imported'];
  const routes = imported.routes.map(
    ({ path = '/', pattern, upstream, answer, auth, access }) =>
      `${path}${pattern === undefined ? '' : ` ~ ${pattern}`}: ${upstream ?? answer}${auth ? ' login' : ''}${access ? ' access' : ''}`,
  );
  return { imported, said: (start) => notesOn(result, start), routes };
}

/** Nothing comes of that text, and the lines that begin so say why. */
export async function expectLeftOut(text: string, line: string, reason: string): Promise<void> {
  const { imported, said } = await importPhpSite(text);
  expect(said(line)).toMatch(/^left out/);
  expect(said(line)).toContain(reason);
  expect(imported).not.toHaveProperty('upstreams');
}
