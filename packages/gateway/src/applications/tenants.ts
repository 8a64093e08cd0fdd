/** What the supervisor does for programs that are not its own: starting them as their principals, and telling the workers where they are. */
import type { WorkerReply } from '../admin/control.ts';
import type { Config } from '../config/config.ts';
import type { PrincipalConfig } from '../config/sections/applications.ts';
import type { LogLevel } from '../logs/index.ts';
import type { Account } from '../process/accounts.ts';
import type { AddressLoad } from './application.ts';
import { Applications, checkAll } from './applications.ts';
import { checkLimits, findTools, type Tools } from './launch.ts';
import { SocketFolder } from './socket-folder.ts';
import { type ApplicationSpec, specOf } from './spec.ts';
import type { ApplicationStatus } from './status.ts';

/** What the supervisor lends. */
export interface TenantsHost {
  /** A line for the operator. */
  say(level: LogLevel, text: string): void;
  /** A line an application wrote. */
  note(text: string): void;
  /** Tells every worker, and those that start later; resolves when those there are know. */
  order(key: string, query: string, parameters: unknown): Promise<void>;
  /** Asks every worker. */
  ask(query: string): Promise<readonly WorkerReply[]>;
}

/** A configuration whose programs have been checked. */
export interface Tenancy {
  readonly specs: readonly ApplicationSpec[];
}

export class Tenants {
  readonly #base: string;
  readonly #gate: Account;
  readonly #host: TenantsHost;
  #tools: Tools | undefined;
  #applications: Applications | undefined;

  /** `base`: folder that only the gate can write. `workers`: whom the workers run as; as this process when undefined. */
  constructor(base: string, workers: Account | undefined, host: TenantsHost) {
    this.#base = base;
    this.#gate = workers ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    this.#host = host;
  }

  get status(): readonly ApplicationStatus[] {
    return this.#applications?.status ?? [];
  }

  /** Looks accounts up and checks files. Throws with the first thing that is wrong. */
  prepare({ applications, principals }: Config): Tenancy {
    const specs = [...applications].map(([name, application]) =>
      // The configuration has been checked: there is a principal.
      specOf(name, application, principals.get(application.principal) as PrincipalConfig),
    );
    checkAll(specs, this.#gate);
    if (specs.length > 0) this.#tools ??= findTools();
    for (const spec of specs) checkLimits(spec, this.#tools as Tools);
    return { specs };
  }

  /** Puts a configuration in force. */
  switchTo({ specs }: Tenancy): void {
    if (specs.length > 0) this.#applications ??= this.#open();
    this.#applications?.switchTo(specs);
  }

  /** Ends every program. Resolves when all are gone. */
  async close(): Promise<void> {
    await this.#applications?.close(true);
  }

  #open(): Applications {
    return new Applications({
      folder: new SocketFolder(this.#base, this.#gate),
      tools: this.#tools ?? findTools(),
      gate: this.#gate,
      say: this.#host.say,
      note: this.#host.note,
      announce: (application, urls) =>
        this.#host.order(`application ${application}`, 'application-places', { application, urls }),
      load: async () => (await this.#host.ask('application-load')).flatMap(loadOf),
    });
  }
}

/** Workers read what clients send, so the form of what they say is looked at. */
function loadOf({ pid, value }: WorkerReply): readonly AddressLoad[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown) => {
    const { url, begun, pending } = (one ?? {}) as Readonly<Record<string, unknown>>;
    const isLoad = typeof url === 'string' && typeof begun === 'number' && typeof pending === 'number';
    return isLoad ? [{ pid, url, begun, pending }] : [];
  });
}
