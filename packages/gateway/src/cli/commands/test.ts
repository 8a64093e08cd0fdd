import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createWaf, RuleSetError } from '@sallyport/engine';
import { nodeFiles } from '@sallyport/engine/node';
import { crsTestLayout, installedCrs } from '../../crs/installed.ts';
import { startBackend } from '../../ftw/backend.ts';
import { ExchangeError, type Target } from '../../ftw/exchange.ts';
import { loadExpectations } from '../../ftw/expectations.ts';
import { TestFileError } from '../../ftw/fields.ts';
import { startGateChild } from '../../ftw/gate-child.ts';
import { reportResults } from '../../ftw/report.ts';
import { MarkerError, runTests, type TestResult } from '../../ftw/runner.ts';
import { findTestFiles, loadTestFile } from '../../ftw/test-file.ts';
import { parseWaftest, WaftestError } from '../../waftest/format.ts';
import { runWaftest, type WaftestResult } from '../../waftest/run.ts';
import { type Command, type CommandOutput, UsageError } from './command.ts';

export const testCommand: Command = {
  name: 'test',
  summary: 'Run rule tests: .waftest files in process, FTW files over raw sockets.',
  usage: `sallyport test PATH... [options]

  PATH               .waftest or FTW .yaml files, or folders of them
  --rules FILE       FTW: rules of the gate that is started, in this order; may be repeated, globs are expanded.
                     Without it the installed Core Rule Set is tested
  --target HOST:PORT FTW: test this running server instead
  --log FILE         FTW: its log; requests with an X-CRS-Test header must be logged with the header's value
  --overrides FILE   FTW: expectations that replace those of the tests, known gaps; may be repeated
  --include REGEX    FTW: only tests whose id (RULE-TEST) matches
  --verbose          one line per test`,
  run,
};

interface Options {
  readonly paths: readonly string[];
  readonly rules: readonly string[];
  readonly running: { readonly target: Target; readonly log: string } | undefined;
  readonly overrides: readonly string[];
  readonly include: RegExp | undefined;
  readonly isVerbose: boolean;
}

async function run(words: readonly string[], output: CommandOutput): Promise<number> {
  const options = readWords(words);
  try {
    const files = await findTestFiles(options.paths, ['.waftest', '.yaml', '.yml']);
    const golden = files.filter((file) => file.endsWith('.waftest'));
    const ftw = files.filter((file) => !file.endsWith('.waftest'));
    if (files.length === 0) throw new UsageError(`no tests in ${options.paths.join(', ')}`);
    const isGoldenFine = golden.length === 0 || (await runGolden(golden, options, output));
    const isFtwFine = ftw.length === 0 || (await runFtw(ftw, options, output));
    return isGoldenFine && isFtwFine ? 0 : 1;
  } catch (error) {
    if (!isExpected(error)) throw error;
    output.err(error.message);
    return 1;
  }
}

/** Failures of what was asked, as opposed to bugs: bad files, rules that do not load, servers that do not answer. */
function isExpected(error: unknown): error is Error {
  if (error instanceof UsageError || !(error instanceof Error)) return false;
  const kinds = [TestFileError, WaftestError, RuleSetError, MarkerError, ExchangeError];
  return (
    kinds.some((kind) => error instanceof kind) || 'syscall' in error || error.message.startsWith('the gate did not')
  );
}

async function runGolden(files: readonly string[], options: Options, output: CommandOutput): Promise<boolean> {
  const results: WaftestResult[] = [];
  for (const file of files) {
    const test = parseWaftest(readFileSync(file, 'latin1'), file);
    results.push(...(await runWaftest(test, { createWaf, files: nodeFiles })));
  }
  const failed = results.filter(({ problems }) => problems.length > 0);
  for (const { file, line, title, problems } of options.isVerbose ? results : failed) {
    output.out(`${problems.length === 0 ? 'passed' : 'FAILED'} ${file}:${line} ${title}`.trimEnd());
    for (const problem of problems) output.out(`    ${problem}`);
  }
  output.out(`${results.length - failed.length} passed, ${failed.length} failed, 0 skipped (.waftest)`);
  return failed.length === 0;
}

async function runFtw(files: readonly string[], options: Options, output: CommandOutput): Promise<boolean> {
  const all = files.flatMap(loadTestFile);
  const tests = all.filter(({ id }) => options.include?.test(id) ?? true);
  if (tests.length === 0) throw new UsageError('no test matches --include');
  const expectations = loadExpectations(options.overrides, all);
  const onResult = (result: TestResult): void => {
    if (options.isVerbose)
      output.out(`${result.verdict.padEnd(7)} ${result.test.id} ${result.milliseconds.toFixed(1)} ms`);
  };
  const results = await withServer(options, (target, logFile) =>
    runTests(tests, { target, logFile, expectations, onResult }),
  );
  for (const line of reportResults(results)) output.out(line);
  return !results.some(({ verdict }) => verdict === 'failed' || verdict === 'closed');
}

async function withServer(
  { running, rules }: Options,
  test: (target: Target, log: string) => Promise<TestResult[]>,
): Promise<TestResult[]> {
  if (running !== undefined) return await test(running.target, running.log);
  const backend = await startBackend();
  try {
    const gate = await startGateChild({ rules: rules.length > 0 ? rules : defaultRules(), upstreamPort: backend.port });
    try {
      return await test(gate.target, gate.logFile);
    } finally {
      await gate.stop();
    }
  } finally {
    await backend.close();
  }
}

function defaultRules(): string[] {
  const folder = installedCrs();
  if (folder === undefined) {
    throw new UsageError('no Core Rule Set is installed; name rules with --rules, or run "sallyport crs install"');
  }
  return crsTestLayout(folder);
}

function readWords(words: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      rules: { type: 'string', multiple: true },
      target: { type: 'string' },
      log: { type: 'string' },
      overrides: { type: 'string', multiple: true },
      include: { type: 'string' },
      verbose: { type: 'boolean' },
    },
  });
  if (positionals.length === 0) throw new UsageError('test needs a file or a folder');
  if ((values.target === undefined) !== (values.log === undefined))
    throw new UsageError('--target and --log go together');
  if (values.target !== undefined && values.rules !== undefined)
    throw new UsageError('--target and --rules exclude each other');
  return {
    paths: positionals,
    rules: values.rules ?? [],
    running:
      values.target === undefined || values.log === undefined
        ? undefined
        : { target: readTarget(values.target), log: values.log },
    overrides: values.overrides ?? [],
    include: values.include === undefined ? undefined : readRegex(values.include),
    isVerbose: values.verbose === true,
  };
}

function readTarget(text: string): Target {
  const [, host, port] = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || port === undefined) throw new UsageError(`--target ${text}: not HOST:PORT`);
  return { host, port: Number(port) };
}

function readRegex(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new UsageError(`--include ${text}: not a regular expression`);
  }
}
