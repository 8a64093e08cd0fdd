/** Keeps certificates fresh: orders those that are missing or old, and notices those that another process has ordered. */
import { X509Certificate } from 'node:crypto';
import type { Config } from '../config/config.ts';
import type { AcmeConfig } from '../config/sections/acme.ts';
import type { CertifiedKey } from '../listener/certificates.ts';
import type { LogLevel } from '../logs/index.ts';
import { loadAcmeLibrary } from './library.ts';
import { orderCertificate } from './order.ts';
import { AcmeStorage } from './storage.ts';

export interface RenewalListener {
  /** A certificate has been stored, here or by another process. */
  onCertificate(): void;
  note(level: LogLevel, text: string): void;
}

export interface Renewal {
  stop(): void;
}

/** Milliseconds. */
const LOOK_EVERY = 60_000;
const FIRST_RETRY = 60_000;
const LAST_RETRY = 6 * 60 * 60 * 1000;
/** While another process holds the lock. */
const LOOK_AGAIN = 5000;
/** Part of its life after which a certificate is renewed; a month before the end of one of three months. */
const RENEW_AFTER = 2 / 3;
/** Gates that started together need not ask the authority together. */
const JITTER = 1 / 30;

/** When a certificate is to be renewed, in milliseconds since 1970. `chance` is from 0 to 1. */
export function renewalTime({ validFrom, validTo }: X509Certificate, chance: number): number {
  const start = Date.parse(validFrom);
  const life = Date.parse(validTo) - start;
  return start + life * (RENEW_AFTER + JITTER * chance);
}

/** Pause after so many failures in a row. `chance` is from 0 to 1. */
export function retryPause(failures: number, chance: number): number {
  return Math.min(FIRST_RETRY * 2 ** (failures - 1), LAST_RETRY) * (1 + chance / 2);
}

/**
 * Begins at once with the names of all listeners, and goes on until stopped. Without such names there is nothing to do. Throws when
 * the folder cannot be made.
 */
export function startRenewal({ acme, listeners }: Config, listener: RenewalListener): Renewal {
  const sets = new Map(listeners.map(({ tls }) => [(tls?.automatic ?? []).join(), tls?.automatic ?? []]));
  sets.delete('');
  if (sets.size === 0 || acme.storage === undefined) return { stop() {} };
  const storage = new AcmeStorage(acme.storage);
  const watches = [...sets.values()].map((names) => new NameSet(acme, storage, names, listener));
  for (const one of watches) void one.look();
  return {
    stop() {
      for (const one of watches) one.stop();
    },
  };
}

class NameSet {
  readonly #config: AcmeConfig;
  readonly #storage: AcmeStorage;
  readonly #names: readonly string[];
  readonly #listener: RenewalListener;
  #version: number;
  #failures = 0;
  #earliest = 0;
  #chance = Math.random();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(config: AcmeConfig, storage: AcmeStorage, names: readonly string[], listener: RenewalListener) {
    this.#config = config;
    this.#storage = storage;
    this.#names = names;
    this.#listener = listener;
    this.#version = storage.versionOf(names);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Never rejects. */
  async look(): Promise<void> {
    let pause = LOOK_EVERY;
    try {
      this.#notice();
      if (this.#isDue() && Date.now() >= this.#earliest) {
        const isOurs = await this.#storage.exclusively(() => this.#order());
        if (!isOurs) pause = LOOK_AGAIN;
        this.#failures = 0;
      }
    } catch (cause) {
      this.#failures++;
      const wait = retryPause(this.#failures, Math.random());
      this.#earliest = Date.now() + wait;
      const kept =
        this.#storage.versionOf(this.#names) > 0 ? 'the certificate there is stays in use' : 'there is none yet';
      const again = `next try in ${Math.round(wait / 1000)} s`;
      this.#listener.note(
        'error',
        `no certificate for ${this.#names.join(', ')}: ${reasonOf(cause)}; ${kept}; ${again}`,
      );
    }
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => void this.look(), pause).unref();
  }

  #isDue(): boolean {
    const stored: CertifiedKey | undefined = this.#storage.readCertificate(this.#names);
    return stored === undefined || Date.now() >= renewalTime(new X509Certificate(stored.cert), this.#chance);
  }

  async #order(): Promise<void> {
    // Whoever held the lock before may have done it.
    if (!this.#isDue() || this.#isStopped) return;
    const library = await loadAcmeLibrary();
    const pair = await orderCertificate(library, this.#config, this.#storage, this.#names);
    this.#storage.writeCertificate(this.#names, pair);
    this.#chance = Math.random();
    this.#listener.note(
      'notice',
      `certificate for ${this.#names.join(', ')} ordered; valid until ${new X509Certificate(pair.cert).validTo}`,
    );
    this.#notice();
  }

  #notice(): void {
    const version = this.#storage.versionOf(this.#names);
    if (version === this.#version) return;
    this.#version = version;
    this.#listener.onCertificate();
  }
}

/** Errors of the library carry what the authority said; errors of sockets may carry a code only. */
function reasonOf(cause: unknown): string {
  const { message, code } = cause as NodeJS.ErrnoException;
  return message || code || String(cause);
}
