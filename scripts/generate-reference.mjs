// Writes the generated pages of docs/reference. Run it with the packages' sources: node --conditions=sallyport-source.

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../docs/reference/', import.meta.url));
const { referencePages } = await import('../packages/gateway/src/reference/pages.ts');

mkdirSync(folder, { recursive: true });
for (const [name, text] of await referencePages()) writeFileSync(folder + name, text);
