import { ownProgram } from '../own-files.ts';

/** Arguments for Node that run the command line of this very code: sources in a checkout, built files otherwise. */
export function entryPoint(): readonly string[] {
  const main = ownProgram('cli/main');
  return main.endsWith('.ts') ? ['--conditions=sallyport-source', main] : [main];
}
