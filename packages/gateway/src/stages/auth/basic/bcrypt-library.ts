/** The package `bcryptjs`, as far as it is used. It is loaded only where a file has bcrypt hashes. */
export interface BcryptLibrary {
  compareSync(password: string, hash: string): boolean;
}

/** Rejects with what to do when the package is not installed. */
export async function loadBcrypt(): Promise<BcryptLibrary> {
  // Not a literal: the types must not be needed where the package is not.
  const name: string = 'bcryptjs';
  try {
    return (await import(name)) as BcryptLibrary;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new Error('passwords with bcrypt need the package "bcryptjs": npm install bcryptjs', { cause });
  }
}
