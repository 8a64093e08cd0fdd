/** Writes docs/reference/compatibility.md from the table of names the tests hold against the engine. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compatibilityPage } from '../packages/engine/test/vocabulary/page.ts';

writeFileSync(fileURLToPath(new URL('../docs/reference/compatibility.md', import.meta.url)), compatibilityPage());
