import { type Member, scalar } from '../registry/member.ts';
import type { Timings, TransactionState } from '../registry/transaction-state.ts';
import { defineVariable, type Variable } from '../registry/variable.ts';

/** A time in microseconds, as far as it is known when it is read. */
function time(name: string, summary: string, read: (timings: Timings, tx: TransactionState) => number): Variable {
  return defineVariable({
    name,
    summary,
    kind: 'scalar',
    isVolatile: true,
    members: (tx) => scalar(String(read(tx.timings, tx))),
  });
}

const phaseTime = (number: 1 | 2 | 3 | 4 | 5): Variable =>
  time(`PERF_PHASE${number}`, `Microseconds phase ${number} took.`, ({ phases }) => phases[number - 1] ?? 0);

function combined({ phases, storageRead, storageWrite }: Timings): number {
  return phases.reduce((sum, phase) => sum + phase, 0) + storageRead + storageWrite;
}

export const performanceVariables: readonly Variable[] = [
  defineVariable({
    name: 'PERF_ALL',
    summary: 'All times in one text, as the Stopwatch2 line of the audit log has them.',
    kind: 'scalar',
    isVolatile: true,
    members: ({ timings }) => {
      const phases = timings.phases.map((microseconds, index) => `p${index + 1}=${microseconds}`).join(', ');
      const { storageRead, storageWrite } = timings;
      return scalar(`combined=${combined(timings)}, ${phases}, sr=${storageRead}, sw=${storageWrite}, l=0, gc=0`);
    },
  }),
  time('PERF_COMBINED', 'Microseconds of all phases and of the storage together.', combined),
  time('PERF_GC', 'Always 0: stores drop expired records by themselves.', () => 0),
  time('PERF_LOGGING', 'Always 0: logs are written behind the last phase.', () => 0),
  phaseTime(1),
  phaseTime(2),
  phaseTime(3),
  phaseTime(4),
  phaseTime(5),
  defineVariable({
    name: 'PERF_RULES',
    summary: 'Microseconds of each rule that took at least SecRulePerfTime, by rule id.',
    kind: 'collection',
    isVolatile: true,
    members: ({ timings, slowRuleThreshold }) => {
      const slow: Member[] = [];
      for (const [id, microseconds] of timings.rules) {
        if (microseconds >= slowRuleThreshold) slow.push({ key: String(id), value: String(microseconds) });
      }
      return slow;
    },
  }),
  time('PERF_SREAD', 'Microseconds spent reading persistent collections.', ({ storageRead }) => storageRead),
  time('PERF_SWRITE', 'Microseconds spent writing persistent collections.', ({ storageWrite }) => storageWrite),
];
