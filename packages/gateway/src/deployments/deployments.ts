/** All folders of deployments: which sites are live, as the supervisor sees it. */
import { isDeepStrictEqual } from 'node:util';
import type { DeploymentConfig } from '../config/sections/deployments.ts';
import { Scanner, type ScannerHost, type SiteStatus } from './scanner.ts';
import type { Site } from './site.ts';

export interface DeploymentsHost extends Omit<ScannerHost, 'judge'> {
  /** Why a site must not be run under a configuration; undefined when it may. */
  judge(site: Site, config: DeploymentConfig): string | undefined;
}

export class Deployments {
  readonly #host: DeploymentsHost;
  readonly #running = new Map<string, { config: DeploymentConfig; readonly scanner: Scanner }>();

  constructor(host: DeploymentsHost) {
    this.#host = host;
  }

  get sites(): readonly Site[] {
    return [...this.#running.values()].flatMap(({ scanner }) => scanner.sites);
  }

  get status(): readonly SiteStatus[] {
    return [...this.#running.values()].flatMap(({ scanner }) => scanner.status);
  }

  /** From now on these folders are looked at. Sites of folders that stay are live throughout. */
  switchTo(configs: ReadonlyMap<string, DeploymentConfig>): void {
    for (const [name, { scanner }] of this.#running) {
      if (configs.has(name)) continue;
      scanner.stop();
      this.#running.delete(name);
    }
    for (const [name, config] of configs) {
      const running = this.#running.get(name);
      if (running === undefined) this.#start(name, config);
      else if (!isDeepStrictEqual(running.config, config)) {
        running.config = config;
        running.scanner.update(config);
      }
    }
  }

  stop(): void {
    for (const { scanner } of this.#running.values()) scanner.stop();
    this.#running.clear();
  }

  #start(name: string, config: DeploymentConfig): void {
    const host = this.#host;
    const scanner: Scanner = new Scanner(name, config, {
      judge: (site) => host.judge(site, this.#running.get(name)?.config ?? config),
      onChange: () => host.onChange(),
      say: (level, text) => host.say(level, text),
    });
    this.#running.set(name, { config, scanner });
    scanner.start();
  }
}
