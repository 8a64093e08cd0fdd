/** Loads the rule set in the forms the routes need: enforcing, detecting only. */
import {
  type CollectionStore,
  createWaf,
  formatDiagnostic,
  MemoryStore,
  type RuleSource,
  type Waf,
} from '@sallyport/engine';
import { createNodeResolver, nodeFiles } from '@sallyport/engine/node';
import type { Config, WafMode } from '../config/config.ts';
import type { Logs } from '../logs/index.ts';
import type { CollectionStores, OpenStore } from '../stores/collection-stores.ts';
import { type Firewall, MatchRouter } from './firewall.ts';
import { chooseRuleSet, type RuleSet } from './rule-set.ts';

/** By what routes say under `waf`; forms that no route asks for are not loaded. */
export type Firewalls = { readonly [mode in WafMode]: Firewall | undefined };

export interface LoadedRules {
  readonly firewalls: Firewalls;
  /** Undefined when no route wants rules. */
  readonly name: string | undefined;
  readonly ruleCount: number;
  /** What the load complained about without refusing, one line each. */
  readonly warnings: readonly string[];
  /** Where persistent collections are kept; undefined without rules, and when rules are only checked. */
  readonly collections: OpenStore | undefined;
}

const DETECTION_ONLY: RuleSource = { file: 'waf: detection', text: 'SecRuleEngine DetectionOnly\n' };

/**
 * Throws what `createWaf` throws: every mistake of every file at once. Without `stores` nothing is opened and collections
 * are kept in memory: for a look at the rules.
 */
export function loadRules(config: Config, logs: Logs, stores?: CollectionStores): LoadedRules {
  const modes = new Set<WafMode>(config.routes.length === 0 ? ['on'] : config.routes.map((route) => route.waf));
  if (!modes.has('on') && !modes.has('detection')) {
    return {
      firewalls: { on: undefined, detection: undefined, off: undefined },
      name: undefined,
      ruleCount: 0,
      warnings: [],
      collections: undefined,
    };
  }
  const ruleSet = chooseRuleSet(config);
  const router = new MatchRouter(logs);
  const shelf = new Shelf();
  const on = modes.has('on') ? router.firewall(compile(ruleSet, router, shelf)) : undefined;
  const detection = modes.has('detection')
    ? router.firewall(compile(ruleSet, router, shelf, DETECTION_ONLY))
    : undefined;
  // Which store it is, the rules have a say in.
  const collections = stores?.open(config.collections, (on ?? detection)?.waf.settings.dataDir);
  if (collections !== undefined) shelf.store = collections.store;
  return {
    firewalls: { on, detection, off: undefined },
    name: ruleSet.name,
    ruleCount: (on ?? detection)?.waf.ruleCount ?? 0,
    warnings: (on ?? detection)?.waf.warnings.map(formatDiagnostic) ?? [],
    collections,
  };
}

function compile(
  ruleSet: RuleSet,
  router: MatchRouter,
  collections: CollectionStore,
  ...more: readonly RuleSource[]
): Waf {
  return createWaf({
    rules: [...ruleSet.rules, ...more],
    files: nodeFiles,
    resolver: createNodeResolver(),
    collections,
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
