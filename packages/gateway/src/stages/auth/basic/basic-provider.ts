import type { BasicProviderConfig } from '../../../config/sections/auth/basic.ts';
import type { Exchange } from '../../../proxy/exchange.ts';
import { challengeOf } from '../challenge.ts';
import { basicCredentials, type UserAndPassword } from '../credentials.ts';
import { FreshFile } from '../fresh-file.ts';
import { type AuthProvider, type CredentialPlace, type Finding, isUsableName, type Rejection } from '../principal.ts';
import { type PasswordFile, parsePasswordFile } from './htpasswd.ts';
import { LONGEST_PASSWORD } from './password-hash.ts';
import type { PasswordThreads } from './password-threads.ts';
import { StandIns } from './stand-ins.ts';
import { VerifiedPasswords } from './verified-passwords.ts';

export interface BasicProviderOptions {
  readonly name: string;
  readonly config: BasicProviderConfig;
  readonly realm: string;
  readonly threads: Pick<PasswordThreads, 'compare'>;
  readonly say: (level: 'error' | 'notice', line: string) => void;
}

const MALFORMED: Rejection = {
  reason: 'a Basic Authorization header that cannot be read',
  description: 'The credentials are malformed',
  isGuess: true,
};

/** User name and password (RFC 7617), from a file of `htpasswd`. */
export class BasicProvider implements AuthProvider {
  readonly kind = 'basic';
  readonly name: string;
  readonly place: CredentialPlace = { header: 'authorization' };
  readonly passesCredentials: boolean;
  readonly #file: FreshFile<PasswordFile>;
  readonly #threads: BasicProviderOptions['threads'];
  readonly #challenge: string;
  readonly #verified = new VerifiedPasswords();
  readonly #standIns = new StandIns();
  /** Comparisons under way: a page with ten parts asks for the same one ten times. */
  readonly #running = new Map<string, Promise<boolean>>();

  /** Reads the file. Throws when it cannot be read, or has mistakes. */
  constructor({ name, config, realm, threads, say }: BasicProviderOptions) {
    this.name = name;
    this.#threads = threads;
    this.passesCredentials = config.passCredentials;
    this.#challenge = challengeOf('Basic', { realm, charset: 'UTF-8' });
    const parse = (text: string, path: string): PasswordFile => parsePasswordFile(text, path, config.plainText);
    this.#file = new FreshFile({ path: config.file, parse, say });
  }

  /** Whether the file has hashes for which a package is needed. */
  get needsBcrypt(): boolean {
    const content = this.#file.get();
    return !(content instanceof Promise) && content.needsBcrypt;
  }

  identify(exchange: Exchange): Finding | undefined | Promise<Finding> {
    const credentials = basicCredentials(exchange.head);
    if (credentials === undefined) return undefined;
    if (credentials === 'malformed' || !isUsableName(credentials.user)) return { rejection: MALFORMED };
    const content = this.#file.get();
    if (content instanceof Promise) return content.then((one) => this.#check(exchange, credentials, one));
    return this.#check(exchange, credentials, content);
  }

  challenge(): string {
    return this.#challenge;
  }

  #check(exchange: Exchange, credentials: UserAndPassword, file: PasswordFile): Finding | Promise<Finding> {
    const { user, password } = credentials;
    const known = file.users.get(user);
    // A name nobody has costs what a wrong password costs, or the time would tell who has an account.
    const stored = known ?? this.#standIns.pick(user, file.stored);
    const key = this.#verified.keyOf(user, password, stored);
    if (known !== undefined && this.#verified.has(key)) return this.#known(user);
    const held = heldBack(exchange, user);
    if (held !== undefined) return held;
    if (password.length > LONGEST_PASSWORD) return { rejection: rejectionOf(user, 'is too long') };
    return this.#compare(key, password, stored).then((fits) => {
      if (!fits || known === undefined) {
        return { rejection: rejectionOf(user, known === undefined ? 'is of nobody in the file' : 'is wrong') };
      }
      // Of guesses that were sent all at once the right one must not stand out behind the wrong ones.
      const heldNow = heldBack(exchange, user);
      if (heldNow !== undefined) return heldNow;
      this.#verified.add(key);
      return this.#known(user);
    });
  }

  #compare(key: string, password: string, stored: string): Promise<boolean> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const started = this.#threads.compare(password, stored).finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }

  #known(user: string): Finding {
    return { principal: { user, groups: [], provider: this.name, type: 'Basic' } };
  }
}

function heldBack({ gate, client }: Exchange, user: string): Finding | undefined {
  const heldFor = gate.floods.loginHold(client.address, user);
  if (heldFor === undefined) return undefined;
  return { rejection: { ...rejectionOf(user, 'is held back'), isGuess: false, heldFor } };
}

function rejectionOf(user: string, what: string): Rejection {
  return {
    reason: `the password for ${JSON.stringify(user)} ${what}`,
    description: 'User name or password is wrong',
    isGuess: true,
    user,
  };
}
