/**
 * One cold start of the engine, as a program that has just begun sees it: imports it, loads rules, inspects a request. Prints what
 * each took, as JSON; run by `bench/startup.ts` in a process of its own.
 *
 *     node bench/support/cold-load.ts ENGINE-FOLDER RULES-AS-JSON
 */
import { pathToFileURL } from 'node:url';
import type { createWaf as CreateWaf, WafOptions } from '../../packages/engine/src/index.ts';
import type { nodeFiles as NodeFiles } from '../../packages/engine/src/node/index.ts';
import { browserGet, formPost, inspect } from './traffic.ts';

/** Milliseconds: processor time of all threads, but `wall`. */
export interface ColdLoad {
  readonly import: number;
  readonly load: number;
  readonly wall: number;
  /** The first request; behind `prepare`, when that was asked for. */
  readonly first: number;
  readonly firstPost: number;
  readonly prepare: number;
}

interface Engine {
  readonly createWaf: typeof CreateWaf;
  readonly nodeFiles: typeof NodeFiles;
}

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of processor time. */
function timed(work: () => void): number {
  const before = cpu();
  work();
  return cpu() - before;
}

async function importFrom(folder: string): Promise<Engine> {
  const module = async (name: string): Promise<Engine> => import(pathToFileURL(`${folder}/dist/${name}.js`).href);
  return { ...(await module('index')), ...(await module('node/index')) };
}

async function main([folder = '', json = '', preparation]: readonly string[]): Promise<void> {
  const rules = JSON.parse(json) as WafOptions['rules'];
  const begun = cpu();
  const { createWaf, nodeFiles } = await importFrom(folder);
  const imported = cpu() - begun;
  const clock = performance.now();
  const before = cpu();
  const waf = createWaf({ files: nodeFiles, rules });
  const load = cpu() - before;
  const wall = performance.now() - clock;
  const prepare = preparation === undefined ? 0 : timed(() => void [...waf.prepare()]);
  const first = timed(() => inspect(waf, browserGet()));
  const firstPost = timed(() => inspect(waf, formPost()));
  const result: ColdLoad = { import: imported, load, wall, prepare, first, firstPost };
  console.log(JSON.stringify(result));
}

await main(process.argv.slice(2));
