import { importPackage } from '../../../services/import-package.ts';

/** The package `bcryptjs`, as far as it is used. It is loaded only where a file has bcrypt hashes. */
export interface BcryptLibrary {
  compareSync(password: string, hash: string): boolean;
}

/** Rejects with what to do when the package is not installed. */
export function loadBcrypt(): Promise<BcryptLibrary> {
  return importPackage('bcryptjs', 'passwords with bcrypt need');
}
