/** The `Server-Timing` header (W3C Server Timing): milliseconds of each stage until the answer is sent. */
import { stageTimes, TIMED_STAGES } from '../logs/index.ts';
import type { Exchange } from './exchange.ts';

/** Adds it for those who may see it; `list`: names and values in turn. To be called when `answerReady` is known. */
export function addServerTiming(exchange: Exchange, list: string[]): void {
  const { gate, route } = exchange;
  const isShown = route?.config.serverTiming === true || gate.serverTiming?.contains(exchange.client.address) === true;
  if (!isShown) return;
  const { headRead, bodyRead, rulesDone, answered, answerReady } = exchange;
  const times = stageTimes({
    moments: { headRead, bodyRead, rulesDone, answered, answerReady },
    duration: answerReady ?? 0,
  });
  const told = TIMED_STAGES.filter((stage) => times[stage] > 0).map(
    (stage) => `${stage};dur=${(times[stage] / 1000).toFixed(3)}`,
  );
  if (told.length > 0) list.push('Server-Timing', told.join(', '));
}
