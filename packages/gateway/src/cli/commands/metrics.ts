import { askGate } from '../../admin/client.ts';
import { type Command, UsageError } from './command.ts';
import { controlSocket } from './status.ts';

export const metricsCommand: Command = {
  name: 'metrics',
  summary: 'Print what a running gate has counted, in the format of Prometheus.',
  usage: `sallyport metrics [--socket PATH | --config FILE | --listen HOST:PORT]

  --socket PATH        control socket of the gate; else it is found by configuration and flags, as the gate itself does

Exit code 0: printed; 1: nobody answers.`,

  async run(words, { out, err }) {
    try {
      const { status, body } = await askGate(controlSocket(words), 'GET', '/metrics');
      if (status !== 200) throw new Error(`the gate answered ${status}`);
      out(String(body).trimEnd());
      return 0;
    } catch (cause) {
      if (cause instanceof UsageError) throw cause;
      err((cause as Error).message);
      return 1;
    }
  },
};
