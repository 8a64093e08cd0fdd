import { startApplication } from '../support/application.ts';
import { configuration, startGate } from '../support/gate.ts';
import { type Outcome, Promises, type Scenario } from '../support/scenario.ts';
import { startTraffic, summarize } from '../support/traffic.ts';

const RULES = 'SecRuleEngine On\nSecRule ARGS:a "@streq evil" "id:1,phase:2,deny,status:403"\n';

export const corruptFiles: Scenario = {
  id: 'F20',
  title: 'configuration, rules or certificate broken on disk: what runs goes on, the complaint names file and line',

  async run(): Promise<Outcome> {
    const promises = new Promises();
    const application = await startApplication();
    const settings = { upstreamPort: application.port, workers: 2, rules: RULES };
    const gate = await startGate(settings);
    const good = configuration(settings);
    const traffic = startTraffic({ port: gate.port });
    try {
      const faults: readonly (readonly [file: string, text: string, complaint: RegExp])[] = [
        ['sallyport.yaml', good.slice(0, good.indexOf('routes') + 20), /sallyport\.yaml:\d+:\d+ /],
        ['sallyport.yaml', good.replace('workers:', 'worker:'), /sallyport\.yaml:\d+:\d+ unknown key "worker"/],
        ['sallyport.yaml', `${good}tmp_dir: "\0`, /sallyport\.yaml:\d+:\d+ /],
        [
          'sallyport.yaml',
          good.replace(
            '[{ port: 0 }]',
            '[{ port: 0 }, { port: 0, tls: { certificate: rules.conf, key: rules.conf } }]',
          ),
          /rules\.conf|PEM|no start line/,
        ],
        ['rules.conf', RULES.slice(0, -20), /rules\.conf:2:\d+ SL\d{4} /],
        ['rules.conf', 'SecRule ARGS "@beginWith x" "id:1,phase:1,deny"\n', /rules\.conf:1:\d+ SL\d{4} .*did you mean/],
      ];
      for (const [file, text, complaint] of faults) {
        const before = gate.said().length;
        gate.write(file, text);
        const refused = gate.says('reload refused: ', 30_000);
        gate.child.kill('SIGHUP');
        await refused;
        const said = gate.said().slice(before);
        promises.expect(complaint.test(said), `a complaint like ${complaint}`, said);
        const { stale } = (await gate.status()).configuration;
        promises.expect(stale !== undefined, 'the configuration is shown as stale', stale);
        gate.write('sallyport.yaml', good);
        gate.write('rules.conf', RULES);
      }
      const reloaded = gate.says('reloaded; ', 30_000);
      gate.child.kill('SIGHUP');
      await reloaded;
      const { stale } = (await gate.status()).configuration;
      promises.expect(stale === undefined, 'a good configuration is not stale', stale);
      const { sent, failures } = await traffic.stop();
      promises.expect(failures.length === 0, 'no request is lost', summarize(failures));
      return {
        requests: sent,
        lost: failures.length,
        seen: `${faults.length} broken files refused, then a good one taken`,
        misses: promises.misses,
      };
    } finally {
      await traffic.stop();
      await gate.remove();
      await application.close();
    }
  },
};
