/** The timeline of one request, for people. */
import { TIMED_STAGES, type TimedStage } from '../logs/index.ts';
import { printable } from './printable.ts';

const WHAT: Readonly<Record<TimedStage, string>> = {
  head: 'head read and checked, route found, rules of phase 1',
  body: 'body received',
  rules: 'rules of phase 2',
  upstream: 'upstream asked, until the head of its answer',
  answer: 'rules of phases 3 and 4',
  send: 'answer sent',
};

/** A line of the JSON access log, parsed. Only what is read is looked at; what is missing is left out. */
export type AccessRecord = Readonly<Record<string, unknown>>;

/** `errorLines`: what the error log says about the request. No line end at the end. */
export function renderTrace(record: AccessRecord, errorLines: readonly string[]): string {
  const say = (name: string): string => (record[name] === undefined ? '-' : printable(String(record[name])));
  const lines = [
    `${say('method')} ${say('target')} ${say('protocol')}  host ${say('host')}`,
    `${say('status')}, decided by ${say('decided_by')}: ${say('reason')}`,
    `from ${say('client')}:${say('client_port')} at ${say('time')}${
      record['requests_before'] === undefined ? '' : `, ${say('requests_before')} requests before it on the connection`
    }`,
    record['bytes_in'] === undefined
      ? `${say('body_bytes')} bytes of body`
      : `${say('bytes_in')} bytes in, ${say('bytes_out')} bytes out, ${say('body_bytes')} of them body`,
    '',
    ...timeline(record),
  ];
  const { rules, scores } = record;
  if (Array.isArray(rules) && rules.length > 0) lines.push('', `rules that matched: ${rules.join(', ')}`);
  if (typeof scores === 'object' && scores !== null) {
    lines.push(
      `scores: ${Object.entries(scores)
        .map(([name, value]) => `${name} ${String(value)}`)
        .join(', ')}`,
    );
  }
  if (errorLines.length > 0) lines.push('', ...errorLines.map(printable));
  return lines.join('\n');
}

function timeline(record: AccessRecord): string[] {
  const stages = record['stages_us'];
  if (typeof stages !== 'object' || stages === null) return [];
  const times = stages as Readonly<Record<string, unknown>>;
  const lines = ['      from        for'];
  let from = 0;
  for (const stage of TIMED_STAGES) {
    const time = Number(times[stage] ?? 0);
    if (!(time > 0)) continue;
    lines.push(`${milliseconds(from)} ${milliseconds(time)}  ${stage.padEnd(8)} ${WHAT[stage]}`);
    from += time;
  }
  return [...lines, `${milliseconds(from)}             end`];
}

function milliseconds(microseconds: number): string {
  return `${(microseconds / 1000).toFixed(3).padStart(9)} ms`;
}
