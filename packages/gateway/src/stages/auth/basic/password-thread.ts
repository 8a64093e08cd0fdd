/** Runs in a thread: compares passwords with hashes, which takes long on purpose. Started by `password-threads.ts`. */
import { parentPort } from 'node:worker_threads';
import { type BcryptLibrary, loadBcrypt } from './bcrypt-library.ts';
import { fits, isBcrypt } from './password-hash.ts';
import type { PasswordAnswer, PasswordQuestion } from './password-threads.ts';

let bcrypt: BcryptLibrary | undefined;

parentPort?.on('message', async (question: PasswordQuestion) => {
  parentPort?.postMessage(await answer(question));
});

async function answer({ number, password, stored }: PasswordQuestion): Promise<PasswordAnswer> {
  try {
    if (isBcrypt(stored)) bcrypt ??= await loadBcrypt();
    return { number, fits: fits(Buffer.from(password, 'latin1'), stored, bcrypt) };
  } catch (cause) {
    return { number, fits: false, trouble: (cause as Error).message };
  }
}
