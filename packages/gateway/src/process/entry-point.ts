import { fileURLToPath } from 'node:url';

/** Arguments for Node that run the command line of this very code: sources in a checkout, built files otherwise. */
export function entryPoint(): readonly string[] {
  const isSource = import.meta.url.endsWith('.ts');
  const main = fileURLToPath(new URL(isSource ? '../cli/main.ts' : '../cli/main.js', import.meta.url));
  return isSource ? ['--conditions=sallyport-source', main] : [main];
}
