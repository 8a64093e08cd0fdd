/**
 * What people have ordered by hand and is to hold until its time is over or somebody takes it back: rules switched, addresses banned.
 * It is kept in a file, so that it outlives restarts and upgrades of the gate.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import { whyNotPrivate } from '../services/private-directory.ts';
import { makeRunDirectory, runDirectory } from './run-directory.ts';

export interface StandingOrder {
  /** What it is about. A later order with the same key takes its place. */
  readonly key: string;
  /** Put to a serving process, as by `Control.order`. It must do no harm there to be asked twice. */
  readonly query: string;
  readonly parameters: unknown;
  /** Milliseconds since the epoch when it is over. */
  readonly until?: number;
}

const FILE = 'standing-orders.json';
const VERSION = 1;

export class StandingOrders {
  readonly #path: string | undefined;
  #orders: ReadonlyMap<string, StandingOrder>;

  /**
   * Reads what is kept in a folder, which is made where it is not there; undefined: nothing is kept. Throws with one line when the
   * folder is not safe or the file not readable: to forget a ban, or a rule that was switched on, would open the gate.
   */
  constructor(folder: string | undefined) {
    this.#path = folder && join(folder, FILE);
    if (folder !== undefined) makeStateDirectory(folder);
    this.#orders = new Map(this.#path === undefined ? [] : readOrders(this.#path).map((one) => [one.key, one]));
  }

  /** Those that are not over. */
  get all(): readonly StandingOrder[] {
    const now = Date.now();
    return [...this.#orders.values()].filter(({ until }) => until === undefined || until > now);
  }

  /** Throws when it cannot be kept; then it is as before. */
  set(order: StandingOrder): void {
    this.#replace([...this.all.filter((one) => one.key !== order.key), order]);
  }

  /** Does nothing where there is none. Throws as `set` does. */
  remove(key: string): void {
    if (this.#orders.has(key)) this.#replace(this.all.filter((one) => one.key !== key));
  }

  #replace(orders: readonly StandingOrder[]): void {
    if (this.#path !== undefined) writeWhole(this.#path, JSON.stringify({ version: VERSION, orders }));
    this.#orders = new Map(orders.map((one) => [one.key, one]));
  }
}

/**
 * Those of a gate with this configuration: in the folder it names, or systemd does (`StateDirectory=`), or in the run directory, which
 * lasts until the machine starts anew. Throws as the constructor does.
 */
export function openStandingOrders(config: Config, environment: Environment = process.env): StandingOrders {
  const asked = stateDirectory(config, environment);
  if (asked) return new StandingOrders(asked);
  const folder = runDirectory(config, environment);
  try {
    if (folder !== undefined) makeRunDirectory(folder, config.workers.user !== undefined);
  } catch {
    // There is no control socket then either, and nobody to order anything.
    return new StandingOrders(undefined);
  }
  return new StandingOrders(folder);
}

/**
 * A look at those, from another process; nothing is made. Throws with one line when there is a file that cannot be read.
 */
export function readStandingOrders(config: Config, environment: Environment = process.env): readonly StandingOrder[] {
  const folder = stateDirectory(config, environment) || runDirectory(config, environment);
  const now = Date.now();
  const orders = folder === undefined ? [] : readOrders(join(folder, FILE));
  return orders.filter(({ until }) => until === undefined || until > now);
}

function stateDirectory({ stateDir }: Config, environment: Environment): string | undefined {
  return stateDir ?? environment['STATE_DIRECTORY']?.split(':', 1)[0];
}

function makeStateDirectory(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new Error(`state_dir ${folder} cannot be made: ${(cause as NodeJS.ErrnoException).code}`, { cause });
  }
  const reason = whyNotPrivate(folder);
  if (reason !== undefined) throw new Error(`state_dir ${folder} is not safe: ${reason}`);
}

function readOrders(path: string): readonly StandingOrder[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(`${path} cannot be read: ${(cause as NodeJS.ErrnoException).code}`, { cause });
  }
  const orders = ordersIn(text);
  if (orders === undefined) {
    throw new Error(
      `${path} holds bans, switched rules and revoked tokens, and is damaged; repair it, or remove it and order them again`,
    );
  }
  return orders;
}

function ordersIn(text: string): readonly StandingOrder[] | undefined {
  try {
    const { version, orders } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return version === VERSION && Array.isArray(orders) && orders.every(isOrder) ? orders : undefined;
  } catch {
    return undefined;
  }
}

function isOrder(value: unknown): value is StandingOrder {
  if (typeof value !== 'object' || value === null) return false;
  const { key, query, parameters, until } = value as Readonly<Record<string, unknown>>;
  const isTime = until === undefined || typeof until === 'number';
  return typeof key === 'string' && typeof query === 'string' && typeof parameters === 'object' && isTime;
}

/** A reader finds the old text or the new one, never a part, also after a loss of power. */
function writeWhole(path: string, text: string): void {
  const unfinished = `${path}.new`;
  const descriptor = openSync(unfinished, 'w', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(unfinished, path);
}
