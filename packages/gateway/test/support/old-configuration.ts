/** Configurations of other servers, imported in a folder of the test's own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { importApache } from '../../src/import/apache.ts';
import { importNginx } from '../../src/import/nginx.ts';
import type { ProxyImport } from '../../src/import/proxy/result.ts';

/** A route as `sallyport.yaml` has it. */
export type Route = Readonly<Record<string, unknown>>;

/** Texts by file name. */
export type Files = Readonly<Record<string, string>>;

/** A folder with these files, gone after the test. */
export function folderWith(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'import-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** What becomes of `apache.conf`, with more files beside it. */
export async function fromApache(text: string, more: Files = {}): Promise<ProxyImport> {
  const folder = folderWith({ 'apache.conf': text, ...more });
  return await importApache(join(folder, 'apache.conf'), { rulesFile: 'gate.rules.conf' });
}

/** What becomes of `nginx.conf`, with more files beside it. */
export async function fromNginx(text: string, more: Files = {}): Promise<ProxyImport> {
  const folder = folderWith({ 'nginx.conf': text, ...more });
  return await importNginx(join(folder, 'nginx.conf'), { rulesFile: 'gate.rules.conf' });
}

/** The only virtual host of an Apache. */
export const apacheSite = (text: string): string =>
  `<VirtualHost *:80>\nServerName site.test\n${text}\n</VirtualHost>\n`;

/** The only server of an nginx. */
export const nginxServer = (text: string): string => `http { server { listen 80; server_name site.test; ${text} } }`;

/** The routes of a virtual host with this text. */
export async function apacheRoutes(text: string): Promise<readonly Route[]> {
  return routesOf(await fromApache(apacheSite(text)));
}

/** Who may have which path of a virtual host that passes everything on, and says this besides. */
export async function apacheAccess(text: string): Promise<readonly unknown[]> {
  const routes = await apacheRoutes(`ProxyPass / http://a/\n${text}`);
  return routes.map(({ path, access }) => [path, access]);
}

/** The routes of a server with this text. */
export async function nginxRoutes(text: string): Promise<readonly Route[]> {
  return routesOf(await fromNginx(nginxServer(text)));
}

function routesOf({ text }: ProxyImport): readonly Route[] {
  return parse(text).routes;
}

/** What is said about the lines that begin so. */
export function notesOn({ lines }: Pick<ProxyImport, 'lines'>, start: string): string {
  return lines
    .filter(({ source }) => source.startsWith(start))
    .flatMap(({ outcome, result, notes }) => [outcome, ...result, ...notes])
    .join(' | ');
}
