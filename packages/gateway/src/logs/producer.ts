import { readFileSync } from 'node:fs';

/** Name and version of this program, for audit entries; the version is the package's. */
export function producer(): string {
  const file: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const version = typeof file === 'object' && file !== null && 'version' in file ? String(file.version) : 'unknown';
  return `Sallyport/${version} (ModSecurity 2.9 rule language)`;
}
