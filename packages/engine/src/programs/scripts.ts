import type { CompiledScript } from '../registry/services.ts';

/** Files that are scripts by their name, as in ModSecurity; all others are programs. */
export function isScriptName(path: string): boolean {
  return path.toLowerCase().endsWith('.lua');
}

/** The script of that name. Throws an Error with a readable message, also where scripts cannot be run at all. */
export function scriptNamed(
  path: string,
  { compileScript }: { readonly compileScript?: ((path: string) => CompiledScript) | undefined },
): CompiledScript {
  if (compileScript === undefined) throw new Error(NO_SCRIPTS);
  return compileScript(path);
}

export const NO_SCRIPTS = 'Lua scripts cannot be run: no scripts service was given to createWaf';
