/** Loads each rule set once for all routes that use it, whether they enforce it or only detect with it. */
import {
  type CollectionStore,
  createRuleCache,
  createWaf,
  type DebugLog,
  formatDiagnostic,
  MemoryStore,
  type Waf,
  type WafOptions,
} from '@sallyport/engine';
import type { Config, WafMode } from '../config/config.ts';
import { type ConfigurationFiles, filesOnDisk } from '../config/configuration-files.ts';
import type { Logs } from '../logs/index.ts';
import { checkLogTargets } from '../services/log-targets.ts';
import { createServices } from '../services/services.ts';
import { checkUploadDirectories } from '../services/uploads.ts';
import type { CollectionStores, OpenStore } from '../stores/collection-stores.ts';
import { MatchRouter } from './firewall.ts';
import { type Firewalls, type ModeFirewalls, NO_FIREWALLS } from './firewalls.ts';
import { Preparation } from './preparation.ts';
import { chooseNamedRuleSet, chooseRuleSet, type RuleSet } from './rule-set.ts';

export interface LoadedRules {
  readonly firewalls: Firewalls;
  /** Undefined when no route wants rules. */
  readonly name: string | undefined;
  readonly ruleCount: number;
  /** The named rule sets that routes ask for. */
  readonly sets: readonly { readonly name: string; readonly rules: string; readonly ruleCount: number }[];
  /** What the load complained about without refusing, one line each. */
  readonly warnings: readonly string[];
  /** Where persistent collections are kept; undefined without rules, and when rules are only checked. */
  readonly collections: OpenStore | undefined;
  /** Makes, in pauses between requests, what the first ones would have to wait for. Resolves when that is done, or the rules are released. */
  prepare(): Promise<void>;
  /** Lets go of everything the rules held on to, once no request uses them any more. */
  release(): Promise<void>;
}

/**
 * Rejects with what `createWaf` throws: every mistake of every file at once. Without `stores` nothing is opened and
 * collections are kept in memory: for a look at the rules.
 */
export async function loadRules(
  config: Config,
  logs: Logs,
  stores?: CollectionStores,
  files: ConfigurationFiles = filesOnDisk,
): Promise<LoadedRules> {
  const modes = new Set<WafMode>(config.routes.length === 0 ? ['on'] : config.routes.map((route) => route.waf));
  // Their routes come later.
  for (const { waf } of config.deployments.values()) modes.add(waf);
  if (!modes.has('on') && !modes.has('detection')) {
    return {
      firewalls: NO_FIREWALLS,
      name: undefined,
      ruleCount: 0,
      sets: [],
      warnings: [],
      collections: undefined,
      prepare: async () => {},
      release: async () => {},
    };
  }
  const ruleSet = files.once('rule set', () => chooseRuleSet(config));
  const router = new MatchRouter(logs);
  const shelf = new Shelf();
  const { services, load, release } = createServices(config);
  const debugLog: DebugLog = { write: (line) => logs.debug(line) };
  const options = {
    ...services,
    debugLog,
    collections: shelf,
    jsonNames: config.rules.jsonNames,
    // Sets have most patterns in common.
    cache: createRuleCache(),
    yieldControl: router.giveWay,
  };
  const compiled = async (one: RuleSet): Promise<Waf> => {
    const waf = await whenComplete(load, () => compile(one, files, router, options));
    checkUploadDirectories(waf.settings);
    checkLogTargets(waf.settings);
    return waf;
  };
  const main = await compiled(ruleSet);
  const sets: { readonly name: string; readonly rules: RuleSet; readonly waf: Waf }[] = [];
  for (const name of new Set(config.routes.flatMap((route) => route.ruleSet ?? []))) {
    const rules = files.once(`rule set ${name}`, () => chooseNamedRuleSet(config, name));
    sets.push({ name, rules, waf: await compiled(rules) });
  }
  // Which store it is, the rules have a say in.
  const collections = stores?.open(config.collections, main.settings.dataDir);
  if (collections !== undefined) shelf.store = collections.store;
  const preparation = new Preparation();
  const inModes = (waf: Waf): ModeFirewalls => ({
    on: modes.has('on') ? router.firewall(waf) : undefined,
    detection: modes.has('detection') ? router.firewall(waf, 'DetectionOnly') : undefined,
    off: undefined,
  });
  return {
    firewalls: { ...inModes(main), named: new Map(sets.map(({ name, waf }) => [name, inModes(waf)])) },
    name: ruleSet.name,
    ruleCount: main.ruleCount,
    sets: sets.map(({ name, rules, waf }) => ({ name, rules: rules.name, ruleCount: waf.ruleCount })),
    // Sets of the same files complain of the same.
    warnings: [
      ...new Set([main, ...sets.map(({ waf }) => waf)].flatMap(({ warnings }) => warnings.map(formatDiagnostic))),
    ],
    collections,
    prepare: () => preparation.run([main, ...sets.map(({ waf }) => waf)]),
    async release() {
      preparation.stop();
      release();
      await collections?.release();
    },
  };
}

/** Compiles, and again as long as something the rules asked for could be had meanwhile. */
async function whenComplete<T>(load: () => Promise<boolean>, compileRules: () => T): Promise<T> {
  for (;;) {
    let outcome: { readonly result: T } | { readonly failure: unknown };
    try {
      outcome = { result: compileRules() };
    } catch (failure) {
      outcome = { failure };
    }
    if (await load()) continue;
    if ('failure' in outcome) throw outcome.failure;
    return outcome.result;
  }
}

function compile(
  ruleSet: RuleSet,
  files: ConfigurationFiles,
  router: MatchRouter,
  options: Omit<WafOptions, 'rules'>,
): Waf {
  return createWaf({
    ...options,
    rules: ruleSet.rules,
    files,
    onMatch: router.onMatch,
    onMessage: router.onMessage,
  });
}

/** Stands for the store until it is known which one. */
class Shelf implements CollectionStore {
  store: CollectionStore = new MemoryStore();

  load(...address: Parameters<CollectionStore['load']>): ReturnType<CollectionStore['load']> {
    return this.store.load(...address);
  }

  update(...change: Parameters<CollectionStore['update']>): ReturnType<CollectionStore['update']> {
    return this.store.update(...change);
  }

  delete(...address: Parameters<CollectionStore['delete']>): ReturnType<CollectionStore['delete']> {
    return this.store.delete(...address);
  }
}
