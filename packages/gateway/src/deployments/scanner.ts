/**
 * Looks at a folder again and again: which of its sub-folders are to be live? Looking often is simple, and works on every file
 * system; a folder that is live costs two system calls a look.
 */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { withMode, withOwner } from '../applications/checks.ts';
import type { DeploymentConfig } from '../config/sections/deployments.ts';
import type { LogLevel } from '../logs/index.ts';
import { fingerprintOf } from './fingerprint.ts';
import { isSiteName, nameOf, type Site } from './site.ts';

export interface SiteStatus {
  readonly name: string;
  readonly state: 'settling' | 'live' | 'refused';
  /** Why it is refused. */
  readonly reason?: string;
}

export interface ScannerHost {
  /** Why a folder must not be run; undefined when it may. */
  judge(site: Site): string | undefined;
  /** Other sites are live now. */
  onChange(): void;
  say(level: LogLevel, text: string): void;
}

/** Time between two looks, and how often a refused folder is judged again, in milliseconds. */
const LOOK_EVERY = 200;
const JUDGE_AGAIN = 2000;
const STICKY = 0o1000;
const OTHERS_WRITE = 0o022;

interface Known {
  live: Site | undefined;
  refusal: string | undefined;
  /** What it was judged as. */
  judged: Candidate | undefined;
  judgedAt: number;
  settling: { readonly fingerprint: string; readonly since: number } | undefined;
}

/** What can be told of a folder at a glance. */
interface Candidate {
  readonly site: Site;
  /** No folder, no name or no marker. */
  readonly mistake: string | undefined;
}

export class Scanner {
  readonly #name: string;
  readonly #host: ScannerHost;
  #config: DeploymentConfig;
  readonly #known = new Map<string, Known>();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #complaint = '';

  constructor(name: string, config: DeploymentConfig, host: ScannerHost) {
    this.#name = name;
    this.#config = config;
    this.#host = host;
  }

  get sites(): readonly Site[] {
    return [...this.#known.values()].flatMap(({ live }) => (live === undefined ? [] : [live]));
  }

  get status(): readonly SiteStatus[] {
    return [...this.#known].map(([folder, { live, refusal }]) => {
      const name = `${this.#name}/${folder}`;
      if (live !== undefined) return { name, state: 'live' };
      return refusal === undefined ? { name, state: 'settling' } : { name, state: 'refused', reason: refusal };
    });
  }

  start(): void {
    this.#timer = setTimeout(() => void this.#look(), 0);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Every folder is judged anew; what is live stays so until then. */
  update(config: DeploymentConfig): void {
    this.#config = config;
    for (const known of this.#known.values()) known.judged = undefined;
  }

  async #look(): Promise<void> {
    const before = this.sites;
    try {
      await this.#scan();
      this.#complaint = '';
    } catch (cause) {
      // What was live stays: a file system that is away for a moment is no reason to end everything.
      const complaint = `deployments.${this.#name}: ${(cause as Error).message}`;
      if (complaint !== this.#complaint) this.#host.say('error', complaint);
      this.#complaint = complaint;
    }
    if (this.#isStopped) return;
    if (!isDeepStrictEqual(before, this.sites)) this.#host.onChange();
    this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY);
  }

  async #scan(): Promise<void> {
    const { folder } = this.#config;
    const stats = await lstat(folder);
    const own = process.getuid?.();
    const isSafe = (stats.mode & OTHERS_WRITE) === 0 || (stats.mode & STICKY) !== 0;
    if (!isSafe)
      throw new Error(`others may write in the folder, so nothing in it is started: ${withMode(folder, stats)}`);
    if (stats.uid !== 0 && stats.uid !== own) throw new Error(`the folder must be root's: ${withOwner(folder, stats)}`);
    const entries = await readdir(folder, { withFileTypes: true });
    const names = new Set<string>();
    for (const entry of entries) {
      if (entry.name.startsWith('.') || !(entry.isDirectory() || entry.isSymbolicLink())) continue;
      names.add(entry.name);
      await this.#lookAt(entry.name);
    }
    for (const [name, { live }] of this.#known) {
      if (names.has(name)) continue;
      this.#known.delete(name);
      if (live !== undefined) this.#host.say('notice', `site ${nameOf(live)} is gone`);
    }
  }

  async #lookAt(name: string): Promise<void> {
    const known = this.#known.get(name) ?? newcomer();
    this.#known.set(name, known);
    const now = performance.now();
    try {
      const candidate = await this.#candidate(name);
      if (known.judged !== undefined && isDeepStrictEqual(known.judged, candidate)) {
        known.settling = undefined;
        if (known.live === undefined && now - known.judgedAt > JUDGE_AGAIN) this.#judge(known, candidate, now);
        return;
      }
      const fingerprint = `${JSON.stringify(candidate)} ${await fingerprintOf(join(this.#config.folder, name))}`;
      if (known.settling?.fingerprint !== fingerprint) known.settling = { fingerprint, since: now };
      else if (now - known.settling.since >= this.#config.settle) this.#judge(known, candidate, now);
    } catch (cause) {
      // It has changed while it was looked at, and will be seen again.
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
      known.settling = undefined;
    }
  }

  #judge(known: Known, candidate: Candidate, now: number): void {
    const { site, mistake } = candidate;
    const reason = mistake ?? this.#host.judge(site);
    if (reason !== undefined && reason !== known.refusal)
      this.#host.say('error', `site ${nameOf(site)} is refused: ${reason}`);
    if (reason === undefined) {
      const { uid } = site.account;
      this.#host.say('notice', `site ${nameOf(site)} goes live as user ${uid}, because of ${site.marker}`);
    }
    known.refusal = reason;
    known.live = reason === undefined ? site : undefined;
    known.judged = candidate;
    known.judgedAt = now;
    known.settling = undefined;
  }

  async #candidate(name: string): Promise<Candidate> {
    const folder = join(this.#config.folder, name);
    const stats = await lstat(folder);
    const account = { uid: stats.uid, gid: stats.gid };
    const common = { deployment: this.#name, name, account };
    const rights = `${stats.ino} ${stats.mode}`;
    const refused = (mistake: string): Candidate => ({ site: { ...common, marker: '', revision: rights }, mistake });
    if (!isSiteName(name))
      return refused('its name must be letters a to z, digits and "-", as it becomes part of an address');
    if (!stats.isDirectory()) return refused('it is a symbolic link');
    for (const { marker } of this.#config.runtimes) {
      const file = await lstat(join(folder, marker)).catch(() => undefined);
      if (file === undefined) continue;
      const revision = `${rights} ${file.ino} ${file.mode} ${file.uid} ${file.size} ${file.mtimeMs}`;
      return { site: { ...common, marker, revision }, mistake: undefined };
    }
    const markers = this.#config.runtimes.map(({ marker }) => marker).join(', ');
    return refused(`there is none of ${markers} in it`);
  }
}

function newcomer(): Known {
  return { live: undefined, refusal: undefined, judged: undefined, judgedAt: 0, settling: undefined };
}
