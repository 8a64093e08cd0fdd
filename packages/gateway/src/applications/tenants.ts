/** What the supervisor does for programs that are not its own: starting them as their principals, and telling the workers where they are. */
import { statSync } from 'node:fs';
import type { WorkerReply } from '../admin/control.ts';
import type { Config } from '../config/config.ts';
import type { PrincipalConfig } from '../config/sections/applications.ts';
import type { DeploymentConfig } from '../config/sections/deployments.ts';
import { Deployments } from '../deployments/deployments.ts';
import type { SiteStatus } from '../deployments/scanner.ts';
import { type Site, siteSpec } from '../deployments/site.ts';
import type { LogLevel } from '../logs/index.ts';
import type { Account } from '../process/accounts.ts';
import type { AddressLoad } from './application.ts';
import { Applications, checkAll } from './applications.ts';
import { findingsOf } from './checks.ts';
import { checkLimits, findTools, type Tools } from './launch.ts';
import { checkPassable, SocketFolder } from './socket-folder.ts';
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
  /** Tells every worker, and not those that start later what was ordered with this key. */
  revoke(key: string, query: string, parameters: unknown): Promise<void>;
  /** Asks every worker. */
  ask(query: string): Promise<readonly WorkerReply[]>;
}

/** A configuration whose programs have been checked. */
export interface Tenancy {
  readonly specs: readonly ApplicationSpec[];
  readonly deployments: Config['deployments'];
}

export class Tenants {
  readonly #base: string;
  readonly #gate: Account;
  readonly #host: TenantsHost;
  #tools: Tools | undefined;
  #applications: Applications | undefined;
  readonly #deployments: Deployments;
  #isSwitching = false;
  /** Workers have been told of sites once. */
  #hasDeployed = false;
  #tenancy: Tenancy = { specs: [], deployments: new Map() };

  /** `base`: folder that only the gate can write. `workers`: whom the workers run as; as this process when undefined. */
  constructor(base: string, workers: Account | undefined, host: TenantsHost) {
    this.#base = base;
    this.#gate = workers ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    this.#host = host;
    this.#deployments = new Deployments({
      judge: (site, config) => this.#judge(site, config),
      onChange: () => this.#apply(),
      say: host.say,
    });
  }

  get status(): readonly ApplicationStatus[] {
    return this.#applications?.status ?? [];
  }

  get sites(): readonly SiteStatus[] {
    return this.#deployments.status;
  }

  /** Looks accounts up and checks files. Throws with the first thing that is wrong. */
  prepare({ applications, principals, deployments }: Config): Tenancy {
    const specs = [...applications].map(([name, application]) =>
      // The configuration has been checked: there is a principal.
      specOf(name, application, principals.get(application.principal) as PrincipalConfig),
    );
    checkAll(specs, this.#gate);
    if (specs.length + deployments.size > 0) {
      this.#tools ??= findTools();
      if (process.getuid?.() === 0) checkPassable(this.#base);
    }
    for (const spec of specs) checkLimits(spec, this.#tools as Tools);
    for (const [name, { folder }] of deployments)
      if (!isFolder(folder)) throw new Error(`deployments.${name}: there is no folder ${folder}`);
    return { specs, deployments };
  }

  /** Puts a configuration in force. What it has no place for goes on until `settle`, because earlier workers still ask for it. */
  switchTo(tenancy: Tenancy): void {
    this.#isSwitching = true;
    this.#tenancy = tenancy;
    this.#deployments.switchTo(tenancy.deployments);
    this.#apply();
  }

  /** Every worker that takes new requests has the configuration. */
  settle(): void {
    this.#isSwitching = false;
    this.#apply();
  }

  /** Ends every program. Resolves when all are gone. */
  async close(): Promise<void> {
    this.#deployments.stop();
    await this.#applications?.close(true);
  }

  /** Runs what is configured and what is live, and tells the workers. */
  #apply(): void {
    const { specs, deployments } = this.#tenancy;
    const { sites } = this.#deployments;
    const siteSpecs = sites.flatMap((site) => {
      const config = deployments.get(site.deployment);
      return (config && siteSpec(site, config)) ?? [];
    });
    const all = [...specs, ...siteSpecs];
    if (all.length > 0) this.#applications ??= this.#open();
    if (deployments.size > 0 || sites.length > 0 || this.#hasDeployed) {
      this.#hasDeployed = true;
      void this.#host.order('deployments', 'deployments', { sites });
    }
    this.#applications?.run(all);
    if (!this.#isSwitching) this.#applications?.endAllBut(all);
  }

  #judge(site: Site, config: DeploymentConfig): string | undefined {
    const spec = siteSpec(site, config);
    if (spec === undefined) return 'there is no way to run it';
    const [first] = findingsOf(spec, this.#gate);
    return first && `${first.refusal.code} ${first.refusal.text}: ${first.detail}`;
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
      forget: (application) =>
        this.#host.revoke(`application ${application}`, 'application-places', { application, urls: null }),
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

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
