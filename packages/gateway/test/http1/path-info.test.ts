/** What stands behind the name of a script, or looks like a picture, switches no rule off: rules see every path alike. */
import { describe, expect, it } from 'vitest';
import { ask } from '../support/client.ts';
import { type RunningGate, startGate } from '../support/gate.ts';
import { startUpstream } from '../support/upstream.ts';

const PATHS = ['/x.php', '/x.php/a', '/x.php/a.css', '/x.php/a/b.png', '/x.php;a.jpg', '/x.php/', '/pixel.gif'];

const statusOf = async ({ port }: RunningGate, path: string): Promise<number> => (await ask(port, path)).status;

describe('A26 path info behind a script', () => {
  it.each(PATHS)('%s: rules see the arguments', async (path) => {
    const gate = await startGate((await startUpstream()).port, {
      rules: 'SecRuleEngine On\nSecRule ARGS "@contains evil" "id:1,phase:1,deny,status:403"\n',
    });
    expect([await statusOf(gate, `${path}?q=evil`), await statusOf(gate, `${path}?q=good`)]).toEqual([403, 200]);
  });

  it('rules see the whole path, and its last part', async () => {
    const gate = await startGate((await startUpstream()).port, {
      rules: `SecRuleEngine On
SecRule REQUEST_FILENAME "@streq /x.php/a.css" "id:1,phase:1,pass,nolog,setvar:tx.found=+1"
SecRule REQUEST_BASENAME "@streq a.css" "id:2,phase:1,pass,nolog,setvar:tx.found=+1"
SecRule TX:found "@eq 2" "id:3,phase:1,deny,status:418"
`,
    });
    expect([await statusOf(gate, '/x.php/a.css'), await statusOf(gate, '/x.php')]).toEqual([418, 200]);
  });

  it('a route for pictures is chosen by the path that is forwarded, not by how it ends', async () => {
    const gate = await startGate((await startUpstream()).port, {
      rules: 'SecRuleEngine On\nSecRule ARGS "@contains evil" "id:1,phase:1,deny,status:403"\n',
      yaml: 'routes: [{ path: /static, upstream: app, waf: "off" }, { path: /, upstream: app, waf: on }]',
    });
    const found = await Promise.all(
      ['/static/a.css', '/x.php/static/a.css', '/staticx/a.css', '/Static/a.css'].map((path) =>
        statusOf(gate, `${path}?q=evil`),
      ),
    );
    expect(found).toEqual([200, 403, 403, 403]);
  });
});
