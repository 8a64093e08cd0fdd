/** `RequestReadTimeout` of mod_reqtimeout: the same stages, the same arithmetic. */
import { carry } from './nested-settings.ts';
import type { Topic } from './topic.ts';

const STAGES: ReadonlySet<string> = new Set(['handshake', 'header', 'body']);

export const requestTimeouts: Topic = {
  requestreadtimeout: (directive, scope, workshop) => {
    for (const word of directive.args) {
      const parts = /^(\w+)=(\d{1,6})(?:-(\d{1,6}))?(?:,minrate=(\d{1,9}))?$/i.exec(word);
      const stage = parts?.[1]?.toLowerCase() ?? '';
      if (parts === null || !STAGES.has(stage)) {
        workshop.ledger.noted(directive.at, `not understood: ${word}`);
        continue;
      }
      const [, , time, maximum, rate] = parts;
      carry(directive, scope, workshop, ['slow_clients', stage], {
        time: seconds(time),
        // Without them the time is fixed; the gate has others by default.
        minimum_rate: Number(rate ?? 0),
        maximum: seconds(maximum),
      });
    }
  },
};

function seconds(written: string | undefined): string | number {
  return written === undefined || written === '0' ? 0 : `${written} s`;
}
