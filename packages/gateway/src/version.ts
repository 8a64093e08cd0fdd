import { readFileSync } from 'node:fs';
import { ownFile } from './own-files.ts';

/** Version of the package this file belongs to. */
export function packageVersion(): string {
  const text = readFileSync(ownFile('package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
