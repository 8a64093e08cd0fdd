/**
 * A package that an installation may lack, loaded where the configuration asks for it. Rejects with what to do when it is not
 * installed; `purpose` begins the sentence: `Lua scripts need …`. What a package that is there throws is passed on. The caller
 * says what it uses of the package as `Module`: its own types must not be needed where it is not.
 */
export async function importPackage<Module>(name: string, purpose: string): Promise<Module> {
  try {
    return (await import(name)) as Module;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new Error(`${purpose} the package "${name}": npm install ${name}`, { cause });
  }
}
