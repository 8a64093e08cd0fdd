/** argv to exit code. Commands are loaded when they are called for; only this file ends the process. */

import { packageVersion } from '../version.ts';
import type { Command, CommandOutput } from './commands/command.ts';
import { UsageError } from './commands/command.ts';

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  __proto__: null as never,
  run: async () => (await import('./commands/run.ts')).runCommand,
  check: async () => (await import('./commands/check.ts')).checkCommand,
  bans: async () => (await import('./commands/bans.ts')).bansCommand,
  test: async () => (await import('./commands/test.ts')).testCommand,
  explain: async () => (await import('./commands/explain.ts')).explainCommand,
  import: async () => (await import('./commands/import.ts')).importCommand,
  crs: async () => (await import('./commands/crs.ts')).crsCommand,
  config: async () => (await import('./commands/config.ts')).configCommand,
  lint: async () => (await import('./commands/lint.ts')).lintCommand,
  fmt: async () => (await import('./commands/fmt.ts')).fmtCommand,
  rules: async () => (await import('./commands/rules.ts')).rulesCommand,
  lsp: async () => (await import('./commands/lsp.ts')).lspCommand,
  profile: async () => (await import('./commands/profile.ts')).profileCommand,
  token: async () => (await import('./commands/token.ts')).tokenCommand,
  trace: async () => (await import('./commands/trace.ts')).traceCommand,
  slow: async () => (await import('./commands/slow.ts')).slowCommand,
  rule: async () => (await import('./commands/rule.ts')).ruleCommand,
  metrics: async () => (await import('./commands/metrics.ts')).metricsCommand,
  paths: async () => (await import('./commands/paths.ts')).pathsCommand,
  ps: async () => (await import('./commands/ps.ts')).psCommand,
  container: async () => (await import('./commands/container.ts')).containerCommand,
  principals: async () => (await import('./commands/principals.ts')).principalsCommand,
  bench: async () => (await import('./commands/bench.ts')).benchCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  status: async () => (await import('./commands/status.ts')).statusCommand,
};

/** Runs one command. 0 is success, 1 a failure of what was asked, 2 wrong usage. */
export async function main(words: readonly string[], output: CommandOutput): Promise<number> {
  const [name, ...rest] = words;
  if (name === '--version' || name === '-v') {
    output.out(packageVersion());
    return 0;
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    await printHelp(output);
    return name === undefined ? 2 : 0;
  }
  // Not for people: the supervisor starts workers by it.
  if (name === 'worker') return (await import('../process/worker.ts')).runWorker(output.err);
  const command = await COMMANDS[name]?.();
  if (command === undefined) {
    const { closest } = await import('../config/closest.ts');
    const near = closest(name, Object.keys(COMMANDS));
    output.err(`unknown command "${name}"${near ? `; did you mean "${near}"?` : ''}; see sallyport --help`);
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    output.out(command.usage);
    return 0;
  }
  try {
    return await command.run(rest, output);
  } catch (error) {
    if (!isUsageError(error)) throw error;
    output.err(`sallyport ${name}: ${error.message.split('\n', 1)[0]}`);
    output.err(command.usage);
    return 2;
  }
}

async function printHelp(output: CommandOutput): Promise<void> {
  output.out('Sallyport, the hardened front gate for web applications.\n\nusage: sallyport COMMAND [options]\n');
  for (const load of Object.values(COMMANDS)) {
    const { name, summary } = await load();
    output.out(`  ${name.padEnd(10)} ${summary}`);
  }
  output.out('\nsallyport COMMAND --help says more; sallyport --version prints the version.');
}

function isUsageError(error: unknown): error is Error {
  return error instanceof UsageError || String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
}

if (import.meta.main) {
  process.exit(
    await main(process.argv.slice(2), {
      out: (line) => process.stdout.write(`${line}\n`),
      err: (line) => process.stderr.write(`${line}\n`),
      hasColour: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
    }),
  );
}
