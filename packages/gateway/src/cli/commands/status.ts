import { join } from 'node:path';
import { askGate } from '../../admin/client.ts';
import { CONTROL_SOCKET, runDirectory } from '../../admin/run-directory.ts';
import type { GateStatus, WorkerState } from '../../admin/status.ts';
import { renderStatus } from '../output/status.ts';
import { gatherSettings, readFlags } from '../settings.ts';
import { type Command, UsageError } from './command.ts';

/** One that is late has stood still for a while and accepts connections still; when it goes on standing still it is killed. */
const SERVING: ReadonlySet<WorkerState> = new Set(['serving', 'late']);

export const statusCommand: Command = {
  name: 'status',
  summary: 'Show how a running gate does.',
  usage: `sallyport status [--socket PATH | --config FILE | --listen HOST:PORT] [--json] [--quiet]

  --socket PATH        control socket of the gate; else it is found by configuration and flags, as the gate itself does
  --json               as the admin API gives it
  --quiet              the exit code only, for health checks: 0 as long as somebody serves

Exit code 0: the gate runs and its configuration is in force; 1: nobody answers, nobody serves, or the configuration is stale.`,

  async run(words, { out, err }) {
    const isJson = words.includes('--json');
    const isQuiet = words.includes('--quiet');
    let gate: GateStatus;
    try {
      const { body } = await askGate(
        controlSocket(words.filter((word) => word !== '--json' && word !== '--quiet')),
        'GET',
        '/status',
      );
      // The socket belongs to the user's own gate; its form is the one this version knows.
      gate = body as GateStatus;
    } catch (cause) {
      if (cause instanceof UsageError) throw cause;
      err((cause as Error).message);
      return 1;
    }
    if (!isQuiet) out(isJson ? JSON.stringify(gate, undefined, 2) : renderStatus(gate, Date.now()));
    const isServing = gate.workers.length === 0 || gate.workers.some(({ state }) => SERVING.has(state));
    return isServing && (isQuiet || gate.configuration.stale === undefined) ? 0 : 1;
  },
};

/** The control socket the words of a command mean. Throws `UsageError` when they mean none. */
export function controlSocket(words: readonly string[]): string {
  const at = words.indexOf('--socket');
  const given = words[at + 1];
  if (at >= 0 && given !== undefined) return given;
  const { config } = gatherSettings(readFlags(words, false), false);
  const folder = config && runDirectory(config);
  if (folder === undefined) {
    throw new UsageError('which gate? name its --config, --listen HOST:PORT or --socket');
  }
  return join(folder, CONTROL_SOCKET);
}
