import { Seeded } from '../regex/seeded.ts';
import { startApplication } from './answers.ts';
import { startApacheSide } from './apache-side.ts';
import { compare, type Difference } from './compare.ts';
import { type Configuration, IDS, makeConfiguration } from './configuration.ts';
import { engineSide, prepareEngineSide } from './engine-side.ts';
import { EXPLANATIONS, explanationOf } from './explained.ts';
import { makeRequests } from './requests.ts';
import type { Unit } from './rule-text.ts';
import { askServer } from './server-side.ts';

export interface Options {
  readonly seed: number;
  readonly configurations: number;
  readonly units: number;
  readonly requests: number;
}

export interface Result {
  readonly comparisons: number;
  readonly agreed: number;
  /** How often each explanation applied, by name; never applied ones are there with 0. */
  readonly explained: ReadonlyMap<string, number>;
  readonly unexplained: readonly Difference[];
}

/** Configurations one Apache serves at a time. */
const BATCH = 10;

/** Asks both sides everything and sorts the outcomes. `say` is told of progress. */
export async function run(options: Options, say: (line: string) => void = () => {}): Promise<Result> {
  await prepareEngineSide();
  const random = new Seeded(options.seed);
  const configurations = Array.from({ length: options.configurations }, () =>
    makeConfiguration(random.below(2 ** 31), options.units),
  );
  const explained = new Map(EXPLANATIONS.map(({ name }) => [name, 0]));
  const unexplained: Difference[] = [];
  const explainedRules = new Map<string, string>();
  let comparisons = 0;
  let different = 0;
  const application = await startApplication();
  try {
    for (let start = 0; start < configurations.length; start += BATCH) {
      const batch = configurations.slice(start, start + BATCH);
      for await (const difference of differencesOf(
        batch,
        application.port,
        options.requests,
        (count) => (comparisons += count),
      )) {
        different++;
        const name = explanationOf(difference) ?? causeOf(difference, explainedRules);
        if (name !== undefined && difference.id !== undefined) explainedRules.set(unitKey(difference), name);
        if (name === undefined) unexplained.push(difference);
        else explained.set(name, explained.get(name)! + 1);
      }
      say(
        `${start + batch.length} configurations, ${comparisons} comparisons, ${different} differences, ${unexplained.length} unexplained`,
      );
    }
  } finally {
    await application.close();
  }
  return { comparisons, agreed: comparisons - different, explained, unexplained };
}

async function* differencesOf(
  batch: readonly Configuration[],
  upstreamPort: number,
  requestCount: number,
  onCompared: (count: number) => void,
): AsyncGenerator<Difference> {
  const apache = await startApacheSide(upstreamPort, batch);
  try {
    for (const [index, configuration] of batch.entries()) {
      const { server, rules } = apache.servers[index]!;
      const requests = makeRequests(configuration.seed, requestCount, configuration.argumentSeparator);
      const observed = await askServer(server, requests);
      const ask = engineSide(rules, 'optimized');
      for (const request of requests) {
        const theirs = observed.get(request.label)!;
        // Apache refuses some requests before rules see them; there is nothing to compare then.
        if (!theirs.isComplete) continue;
        const { count, differences } = compare(configuration, request, theirs, await ask(request));
        onCompared(count);
        yield* differences;
      }
    }
  } finally {
    await apache.stop();
  }
}

/** Variables differ where a rule that sets them does: the explanation is that of the rule. */
function causeOf(difference: Difference, explainedRules: ReadonlyMap<string, string>): string | undefined {
  if (difference.id === IDS.page) {
    const { configuration, request } = difference;
    return configuration.units
      .filter(changesPage)
      .map((unit) => explainedRules.get(unitKey({ request, unit })))
      .find((name) => name !== undefined);
  }
  return difference.id === undefined && difference.unit !== undefined
    ? explainedRules.get(unitKey(difference))
    : undefined;
}

function changesPage({ links }: Unit): boolean {
  return links.some(
    ({ operator, actions }) => operator === 'rsub' || actions.some(([name]) => /^(?:append|prepend)$/.test(name)),
  );
}

function unitKey({ request, unit }: Pick<Difference, 'request' | 'unit'>): string {
  return `${request.label} ${unit?.number}`;
}
