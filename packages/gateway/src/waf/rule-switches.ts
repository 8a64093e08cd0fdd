/** Rules switched off, to pass, to log or to deny while the gate runs: for all routes or one, for good or for a while. */
import type { RuleSwitch } from '@sallyport/engine';
import type { Logs } from '../logs/index.ts';
import type { ActiveRoute } from '../proxy/active-route.ts';
import { namesOfRoute } from './configured-rule-sets.ts';
import type { Firewall } from './firewall.ts';

export const RULE_SWITCHES: readonly RuleSwitch[] = ['off', 'pass', 'log', 'deny'];

export interface RuleSwitchEntry {
  readonly id: number;
  readonly to: RuleSwitch;
  /** Path of a route, with its host in front where several routes have the path; every route when absent. */
  readonly route?: string;
  /** Milliseconds since 1970 when it ends. */
  readonly until?: number;
  /** Who did it, by his own account, and when. */
  readonly by: string;
  readonly since: number;
}

/** What switches act on: the routes in force, and what requests without a route are shown to. */
export interface Switchable {
  readonly routes: readonly ActiveRoute[];
  firewall: Firewall | undefined;
  readonly logs: Logs;
}

/** `setTimeout` takes no more. */
const LONGEST_WAIT = 2 ** 31 - 1;

/**
 * The switches of one process. A route with switches has a firewall of its own, compiled when the switch is thrown from what is
 * compiled already; a request on a route without any costs what it did before. Requests under way go on as they began.
 */
export class RuleSwitches {
  readonly #entries = new Map<string, RuleSwitchEntry>();
  #target: Switchable | undefined;
  #timer: NodeJS.Timeout | undefined;

  get entries(): readonly RuleSwitchEntry[] {
    return [...this.#entries.values()].filter((one) => !hasEnded(one));
  }

  /** Acts on these routes from now on: after a start or a reload. Switches that fit no more are told of and stay in the list. */
  attach(target: Switchable): void {
    this.#target = target;
    this.#apply((text) => target.logs.error('warn', 'rules', text));
  }

  /** Throws a `RangeError` when there is no such rule or route; then nothing has changed. */
  set(entry: RuleSwitchEntry): void {
    this.check(entry.id, entry.route);
    if (hasEnded(entry)) return;
    this.#entries.set(keyOf(entry), entry);
    this.#apply(() => {});
    const until = entry.until === undefined ? '' : ` until ${new Date(entry.until).toISOString()}`;
    this.#note(`rule ${entry.id} switched to ${entry.to} on ${entry.route ?? 'all routes'}${until} by ${entry.by}`);
  }

  /** Gives the rule back to what its file says. */
  remove(id: number, route: string | undefined, by: string): void {
    if (!this.#entries.delete(keyOf({ id, route }))) return;
    this.#apply(() => {});
    this.#note(`rule ${id} switched back on ${route ?? 'all routes'} by ${by}`);
  }

  /** Throws a `RangeError` when there is no such rule, or no such route with rules. */
  check(id: number, route: string | undefined): void {
    const { routes = [] } = this.#target ?? {};
    const inspected = routes.filter((one) => one.firewall !== undefined);
    const chosen = inspected.filter((one) => route === undefined || namesOf(one).includes(route));
    if (chosen.length === 0) {
      const known = inspected.map((one) => namesOf(one).at(-1)).join(', ');
      throw new RangeError(
        route === undefined
          ? 'no route has rules'
          : `no route with rules is called ${route}; there is ${known || 'none'}`,
      );
    }
    if (!chosen.some((one) => one.firewall?.waf.hasRule(id))) throw new RangeError(`there is no rule ${id}`);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #apply(complain: (text: string) => void): void {
    const target = this.#target;
    if (target === undefined) return;
    const isMet = new Set<RuleSwitchEntry>();
    for (const route of target.routes) {
      if (route.firewall === undefined) continue;
      const mine = this.entries.filter((one) => one.route === undefined || namesOf(route).includes(one.route));
      route.firewall = switchedBy(route.firewall, mine, isMet);
    }
    if (target.firewall !== undefined) {
      const everywhere = this.entries.filter((one) => one.route === undefined);
      target.firewall = switchedBy(target.firewall, everywhere, isMet);
    }
    for (const entry of this.entries) {
      if (isMet.has(entry)) continue;
      complain(`rule ${entry.id} is not there any more, and stays without its switch to ${entry.to}`);
    }
    this.#wakeUp();
  }

  /** At the end of the switch that ends first. */
  #wakeUp(): void {
    clearTimeout(this.#timer);
    const ends = this.entries.flatMap((one) => one.until ?? []);
    if (ends.length === 0) return;
    const wait = Math.min(Math.max(0, Math.min(...ends) - Date.now()) + 1, LONGEST_WAIT);
    this.#timer = setTimeout(() => this.#dropEnded(), wait);
    this.#timer.unref();
  }

  #dropEnded(): void {
    for (const [key, entry] of this.#entries) {
      if (!hasEnded(entry)) continue;
      this.#entries.delete(key);
      this.#note(`rule ${entry.id} switched back on ${entry.route ?? 'all routes'}: its time is over`);
    }
    this.#apply(() => {});
  }

  #note(text: string): void {
    this.#target?.logs.error('notice', 'rules', text);
  }
}

/** A switch that names the route wins over one for all of them. Those whose rule is there are noted in `isMet`: not every rule set has each. */
function switchedBy(firewall: Firewall, entries: readonly RuleSwitchEntry[], isMet: Set<RuleSwitchEntry>): Firewall {
  const base = firewall.withoutSwitches;
  const switches = new Map<number, RuleSwitch>();
  for (const entry of entries.toSorted((a, b) => Number(a.route !== undefined) - Number(b.route !== undefined))) {
    if (!base.waf.hasRule(entry.id)) continue;
    switches.set(entry.id, entry.to);
    isMet.add(entry);
  }
  return base.switched(switches);
}

function namesOf({ config }: ActiveRoute): readonly string[] {
  return namesOfRoute(config);
}

function keyOf({ id, route }: { readonly id: number; readonly route?: string | undefined }): string {
  return `${id} ${route ?? ''}`;
}

function hasEnded({ until }: RuleSwitchEntry): boolean {
  return until !== undefined && until <= Date.now();
}
