import { readFileSync } from 'node:fs';
import { ownFile } from '../own-files.ts';

/** Name and version of this program, for audit entries; the version is the package's. */
export function producer(): string {
  const file: unknown = JSON.parse(readFileSync(ownFile('package.json'), 'utf8'));
  const version = typeof file === 'object' && file !== null && 'version' in file ? String(file.version) : 'unknown';
  return `Sallyport/${version} (ModSecurity 2.9 rule language)`;
}
