/** What the rules cost on recorded requests, condition by condition. */
import {
  type ConditionCost,
  createWaf,
  type MeasuredCondition,
  type RuleSource,
  type Services,
  type Waf,
  type WafOptions,
} from '@sallyport/engine';
import { nodeFiles } from '@sallyport/engine/node';
import type { Config } from '../config/config.ts';
import { createServices } from '../services/services.ts';
import type { RuleSet } from '../waf/rule-set.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { replay } from './replay.ts';

export interface ProfileOptions {
  readonly ruleSet: RuleSet;
  readonly config: Config;
  readonly requests: readonly RecordedRequest[];
  /** How often all requests are run and measured, behind one round that is not. */
  readonly repeat: number;
  readonly evaluator: NonNullable<WafOptions['evaluator']>;
}

export interface Profile {
  readonly ruleSet: string;
  readonly evaluator: 'optimized' | 'reference';
  readonly requests: number;
  readonly repeat: number;
  /** Microseconds all phases of all rounds took. */
  readonly time: number;
  /** Of these, what belongs to no single rule: the scan for all rules together, going from rule to rule. */
  readonly sharedTime: number;
  /** Dearest first; those nothing was spent on are left out. */
  readonly conditions: readonly ProfiledCondition[];
  /** Requests the rules interrupted, of one round. */
  readonly interrupted: number;
}

export interface ProfiledCondition extends MeasuredCondition, ConditionCost {
  readonly time: number;
  /** Of the time of all phases, 0 to 1. */
  readonly share: number;
}

/** In front of the rules: what is recorded is there to be looked at. Rules may say otherwise. */
const DEFAULTS: RuleSource = { file: 'profile: before', text: 'SecRuleEngine On\nSecRequestBodyAccess On\n' };
/** Behind them: measuring leaves no files. */
const OVERRIDES: RuleSource = {
  file: 'profile: after',
  text: 'SecUploadKeepFiles Off\nSecTmpSaveUploadedFiles Off\n',
};

/** Nobody is asked and nothing is run: names have no address, programs approve of everything. */
const INERT: Pick<Services, 'resolver' | 'programs'> = {
  resolver: { resolve4: async () => [] },
  programs: { run: async () => '1' },
};

/** Rejects with `RuleSetError` when the rules do not load, with an Error in one line when they are switched off. */
export async function profile(options: ProfileOptions): Promise<Profile> {
  const { ruleSet, requests, repeat, evaluator } = options;
  const measured: { readonly condition: MeasuredCondition; readonly cost: ConditionCost }[] = [];
  const waf = await compile(options, (condition) => {
    const cost = { ...NOTHING };
    measured.push({ condition, cost });
    return cost;
  });
  if (waf.settings.engineMode === 'Off') throw new Error(`${ruleSet.name}: the rules are off (SecRuleEngine Off)`);
  const { interrupted } = await playAll(waf, requests, 0);
  for (const { cost } of measured) Object.assign(cost, NOTHING);
  let time = 0;
  for (let round = 1; round <= repeat; round++) time += (await playAll(waf, requests, round)).time;
  const spent = measured.reduce((sum, { cost }) => sum + timeOf(cost), 0);
  // Phases are timed in whole microseconds.
  const total = Math.max(time, spent);
  const conditions = measured
    .filter(({ cost }) => cost.runs > 0 || cost.tests > 0)
    .map(({ condition, cost }) => ({ ...condition, ...cost, time: timeOf(cost), share: timeOf(cost) / total }))
    .sort((left, right) => right.time - left.time);
  return {
    ruleSet: ruleSet.name,
    evaluator,
    requests: requests.length,
    repeat,
    time: total,
    sharedTime: total - spent,
    conditions,
    interrupted,
  };
}

const NOTHING: ConditionCost = {
  runs: 0,
  values: 0,
  tests: 0,
  matches: 0,
  bytes: 0,
  fuel: 0,
  operatorTime: 0,
  otherTime: 0,
};

const timeOf = ({ operatorTime, otherTime }: ConditionCost): number => operatorTime + otherTime;

/** Compiles, and again as long as something the rules asked for could be had meanwhile. */
async function compile({ ruleSet, config, evaluator }: ProfileOptions, measure: WafOptions['measure']): Promise<Waf> {
  const { services, load } = createServices(config);
  for (;;) {
    try {
      return createWaf({
        ...services,
        ...INERT,
        rules: [DEFAULTS, ...ruleSet.rules, OVERRIDES],
        files: nodeFiles,
        evaluator,
        jsonNames: config.rules.jsonNames,
        ...(measure === undefined ? {} : { measure }),
      });
    } catch (failure) {
      if (!(await load())) throw failure;
    }
  }
}

async function playAll(
  waf: Waf,
  requests: readonly RecordedRequest[],
  round: number,
): Promise<{ readonly time: number; readonly interrupted: number }> {
  let time = 0;
  let interrupted = 0;
  for (const [index, request] of requests.entries()) {
    const record = await replay(waf, request, `profile-${round}-${index}`);
    time += record.phaseMicroseconds.reduce((sum, phase) => sum + phase, 0);
    if (record.interruption !== undefined) interrupted++;
  }
  return { time, interrupted };
}
