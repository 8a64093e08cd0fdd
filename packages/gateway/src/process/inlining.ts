/** How much of other functions V8 puts into one that it compiles, in a worker. */

/** The Node whose V8 this was measured with: another one may know these options no more, and would not start. */
const MEASURED_WITH = '24';
/** Bytes of byte code of one function that is put into another, and of all that are: twice what that V8 does by itself. */
const ONE = 920;
const ALL = 2000;

/**
 * Options for Node that let a worker's V8 inline twice as much. A request goes through a thousand small functions of the rule engine and the
 * gate once, and behind reads and writes of sockets the processor knows little of the calls among them: a GET with the Core Rule Set
 * costs 5 % less processor time (CRS 4.28, level 1, the best tenth of the seconds of three pairs of processes: 5, 6 and 5 %). V8 compiles for
 * longer: under full load the first six seconds serve some 5 % fewer requests, and the worker takes 8 MiB more. Four times as much gains nothing.
 * None where whoever starts the gate has said something about it, on the command line (`words`) or in NODE_OPTIONS.
 */
export function inlining(
  words: readonly string[],
  nodeOptions = '',
  version: string = process.versions.node,
): readonly string[] {
  const isChosen = [...words, nodeOptions].some((one) => /max[-_]inlined[-_]bytecode/.test(one));
  if (isChosen || version.split('.', 1)[0] !== MEASURED_WITH) return [];
  return [`--max-inlined-bytecode-size=${ONE}`, `--max-inlined-bytecode-size-cumulative=${ALL}`];
}
