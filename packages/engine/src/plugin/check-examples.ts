import { asciiBestFitMap } from '../bytes/unicode-map-20127.ts';
import { encodeUrl } from '../bytes/url.ts';
import type { RuleMatch } from '../contract.ts';
import type { Operator } from '../registry/operator.ts';
import type { Plugin } from '../registry/plugin.ts';
import { writeRules } from '../seclang/make-node.ts';
import { createWaf } from '../waf.ts';

/**
 * Tries the examples that a plugin's operators and transformations declare, operators by running a rule of their own over a
 * request. Gives one sentence for every example that does not hold; none is what a test wants to see.
 *
 * @example
 * expect(await checkExamples(plugin)).toEqual([]);
 */
export async function checkExamples(plugin: Plugin): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { name, examples, apply } of plugin.transformations ?? []) {
    for (const { input, output } of examples) {
      const got = apply(input, { unicodeMap: asciiBestFitMap });
      if (got !== output) problems.push(`t:${name} makes ${show(got)} of ${show(input)}, not ${show(output)}`);
    }
  }
  for (const operator of plugin.operators ?? []) {
    for (const { argument, value, matches } of operator.examples) {
      const hits = await run(plugin, operator, argument, value);
      if (hits.length > 0 !== matches) {
        problems.push(`@${operator.name} ${argument} ${matches ? 'does not match' : 'matches'} ${show(value)}`);
      }
    }
  }
  return problems;
}

async function run(plugin: Plugin, { name }: Operator, argument: string, value: string): Promise<readonly RuleMatch[]> {
  const text = writeRules([
    {
      targets: [{ name: 'ARGS', key: 'value' }],
      operator: [name, argument],
      actions: [['id', '1'], ['phase', '1'], ['pass']],
    },
  ]);
  const rules = [{ file: `examples of @${name}`, text: `SecRuleEngine On\n${text}` }];
  const transaction = createWaf({ rules, plugins: [plugin] }).openTransaction({
    id: 'example',
    clientAddress: '192.0.2.1',
    clientPort: 1,
    serverAddress: '192.0.2.2',
    serverPort: 80,
  });
  const uri = `/?value=${encodeUrl(value)}`;
  await transaction.processRequestHeaders({ method: 'GET', uri, protocol: 'HTTP/1.1', headers: [] });
  return transaction.matches;
}

function show(text: string): string {
  return JSON.stringify(text);
}
