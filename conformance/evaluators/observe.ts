import { createVocabulary } from '../../packages/engine/src/builtins.ts';
import { asciiBestFitMap } from '../../packages/engine/src/bytes/unicode-map-20127.ts';
import { MemoryStore } from '../../packages/engine/src/collections/memory-store.ts';
import { defaultSettings } from '../../packages/engine/src/compile/default-settings.ts';
import { loadProgram } from '../../packages/engine/src/compile/load/load-program.ts';
import type { Program } from '../../packages/engine/src/compile/program.ts';
import type { RuleSource } from '../../packages/engine/src/contract.ts';
import { nodeFiles } from '../../packages/engine/src/node/index.ts';
import { RegexCache } from '../../packages/engine/src/regex/index.ts';
import type { Evaluator } from '../../packages/engine/src/run/evaluator.ts';
import { HeadMemory } from '../../packages/engine/src/run/head-memory.ts';
import { formatDiagnostic } from '../../packages/engine/src/seclang/diagnostics.ts';
import { WafTransaction } from '../../packages/engine/src/transaction/transaction.ts';
import type { Exchange } from './exchange.ts';

const vocabulary = createVocabulary();
/** Only exchanges of the optimized evaluator have anything in common; by program. */
const headMemories = new WeakMap<Program, HeadMemory>();
/** Both evaluators see the same moment. */
const NOW = 1_700_000_000_000;

export function loadRules(sources: readonly (RuleSource | string)[]): Program {
  const { program, diagnostics } = loadProgram({
    sources,
    files: nodeFiles,
    vocabulary,
    settings: defaultSettings(asciiBestFitMap),
    regexes: new RegexCache(),
    regexOptions: { dotAll: true, dollarEndOnly: true },
    services: { resolver: { resolve4: () => Promise.resolve([]) } },
  });
  if (program === undefined) throw new Error(diagnostics.all.map(formatDiagnostic).join('\n'));
  return program;
}

/** Runs an exchange and tells all that can be seen of it, phase by phase, as text. */
export async function observe(program: Program, evaluator: Evaluator, one: Exchange): Promise<string> {
  const phases: unknown[] = [];
  const watched: Evaluator = {
    name: evaluator.name,
    runPhase: async (_program, state, phase) => {
      await evaluator.runPhase(program, state, phase);
      phases.push({
        phase,
        tx: state.tx.members,
        env: state.env.members,
        matchedVar: state.matchedVar,
        matchedVarName: state.matchedVarName,
        matchedVars: state.matchedVars,
        highestSeverity: state.highestSeverity,
        allowed: state.allowed,
        settings: state.settings,
        sessionId: state.sessionId,
        userId: state.userId,
        rule: state.rule,
      });
    },
  };
  const matches: unknown[] = [];
  const transaction = new WafTransaction({
    connection: {
      id: 'exchange',
      clientAddress: '192.0.2.1',
      clientPort: 40000,
      serverAddress: '192.0.2.2',
      serverPort: 80,
    },
    program,
    evaluator: watched,
    vocabulary,
    headMemory: evaluator.name === 'optimized' ? headMemoryOf(program) : new HeadMemory(program.settings),
    store: new MemoryStore({ now: () => NOW }),
    now: () => NOW,
    onBudgetExhausted: 'refuse',
    onMatch: (match) => matches.push(match),
    onMessage: (message) => matches.push(message),
  });
  await transaction.processRequestHeaders(one.head);
  if (one.body !== '') transaction.writeRequestBody(Buffer.from(one.body, 'latin1'));
  await transaction.processRequestBody();
  await transaction.processResponseHeaders(one.response);
  if (one.responseBody !== '') transaction.writeResponseBody(Buffer.from(one.responseBody, 'latin1'));
  await transaction.processResponseBody();
  const record = await transaction.processLogging();
  const { interruption, isRelevant, isAudited, auditParts } = record;
  return JSON.stringify({ phases, matches, interruption, isRelevant, isAudited, auditParts });
}

function headMemoryOf(program: Program): HeadMemory {
  const memory = headMemories.get(program) ?? new HeadMemory(program.settings);
  headMemories.set(program, memory);
  return memory;
}
