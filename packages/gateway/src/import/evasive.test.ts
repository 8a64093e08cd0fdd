import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../config/load.ts';
import { importEvasive } from './evasive.ts';
import type { Import } from './report.ts';

const convert = (text: string): Import => importEvasive({ file: 'evasive.conf', text });

describe('directives of mod_evasive', () => {
  it("Debian's file as it comes, with its comments taken away", () => {
    const { text, lines } = convert(`<IfModule mod_evasive20.c>
    DOSHashTableSize    3097
    DOSPageCount        2
    DOSSiteCount        50
    DOSPageInterval     1
    DOSSiteInterval     1
    DOSBlockingPeriod   10

    DOSEmailNotify      you@yourdomain.com
    DOSSystemCommand    "su - someuser -c '/sbin/... %s ...'"
    DOSLogDir           "/var/log/mod_evasive"
</IfModule>
`);
    expect(parse(text)).toEqual({
      floods: {
        mode: 'evasive',
        status: 403,
        evasive: { page_count: 2, site_count: 50, page_interval: 1, site_interval: 1, blocking_period: 10 },
        hooks: { program: ['su', '-', 'someuser', '-c', '/sbin/... %s ...'] },
      },
    });
    expect(lines.map(({ line, outcome }) => [line, outcome])).toEqual([
      [2, 'left out'],
      ...[3, 4, 5, 6, 7].map((line) => [line, 'translated']),
      [9, 'left out'],
      [10, 'translated'],
      [11, 'left out'],
    ]);
    for (const { outcome, notes } of lines) if (outcome === 'left out') expect(notes[0]).toMatch(/\w/);
  });

  it.each([
    [
      'DOSWhitelist 127.0.0.1 192.168.*.* 10.0.0.0/8 2001:db8::/32',
      { floods: { allow: ['127.0.0.1', '192.168.0.0/16', '10.0.0.0/8', '2001:db8::/32'] } },
    ],
    [
      'DOSWhitelist 192.0.2.1\nDOSWhitelist 192.0.2.1\nDOSWhitelist 192.0.2.*',
      { floods: { allow: ['192.0.2.1', '192.0.2.0/24'] } },
    ],
    ['DOSHTTPStatus 429', { floods: { status: 429 } }],
    ['DOSHTTPStatus 429\nDOSPageCount 5', { floods: { status: 429, mode: 'evasive', evasive: { page_count: 5 } } }],
    ['DOSEnabled off', { floods: { mode: 'off' } }],
    ['DOSWhitelistUri ^/static/.*', { floods: { except_paths: ['/static'] } }],
    [
      'QS_SrvMaxConn 800\nQS_SrvMaxConnClose 600\nQS_SrvMaxConnPerIP 40 400',
      { limits: { connections: 800 }, connections: { keep_alive_below: 75, per_address: 40, per_address_above: 50 } },
    ],
    ['QS_SrvMaxConnClose 70%', { connections: { keep_alive_below: 70 } }],
    [
      'QS_SrvMaxConnExcludeIP 172.18.3.32\nQS_SrvMaxConnExcludeIP 192.168.10.',
      { connections: { except: ['172.18.3.32', '192.168.10.0/24'] } },
    ],
    ['QS_SrvMinDataRate 120 1500', { slow_clients: { body: { minimum_rate: 120 }, response: { minimum_rate: 120 } } }],
    ['QS_ClientEntries 100000', { floods: { entries: 100_000 } }],
    [
      'QS_ClientEventBlockCount 40 300\nQS_SetEnvIfStatus 403 QS_Block=5\nQS_SetEnvIfStatus 404 QS_Block\nQS_SetEnvIfStatus BrokenConnection QS_Block',
      { floods: { penalties: { points: 40, per: '300 s', ban: '300 s', status: { 403: 5, 404: 1, 499: 1 } } } },
    ],
    ['QS_LogOnly on', { floods: { observe: true } }],
    [
      'RequestReadTimeout handshake=0 header=20-40,MinRate=500 body=10',
      {
        slow_clients: {
          handshake: { time: 0, minimum_rate: 0, maximum: 0 },
          header: { time: '20 s', minimum_rate: 500, maximum: '40 s' },
          body: { time: '10 s', minimum_rate: 0, maximum: 0 },
        },
      },
    ],
  ])('%s', (written, yaml) => {
    const { text, lines } = convert(`${written}\n`);
    expect(parse(text)).toEqual(yaml);
    expect(parseConfig(text, 's.yaml', {}).mistakes).toEqual([]);
    expect(lines.every(({ outcome }) => outcome === 'translated')).toBe(true);
  });

  it.each([
    ['DOSPageCount many', '"many" is not a number from 0 on'],
    ['DOSPageInterval 0', '"0" is not a number from 1 on'],
    ['DOSSystemCommand "iptables -I INPUT -s %s -j DROP; logger %s"', 'it needs a shell'],
    ['DOSWhitelist example.org', 'there is no address in it'],
    ['DOSWhitelistUri \\.(png|css)$', 'only plain prefixes'],
    ['QS_LocRequestLimit /app 30', 'give the route for /app traffic: { requests: 30 }'],
    ['QS_LocRequestPerSecLimit /app 5', 'give the route for /app traffic: { per_second: 5 }'],
    ['QS_LocKBytesPerSecLimit /dl 100', 'give the route for /dl traffic: { bytes_per_second: 100 KiB }'],
    ['QS_SetEnvIfStatus NullConnection QS_Block', '"NullConnection" is no status'],
    ['QS_ClientPrefer 80', 'no counterpart'],
    ['ServerName example.org', 'it is not about floods'],
    ['</IfModule>', 'it closes nothing that is open'],
  ])('%s is left out, with the reason', (written, reason) => {
    const { lines } = convert(`${written}\n`);
    expect(lines).toHaveLength(1);
    expect([lines[0]?.outcome, lines[0]?.notes.join(' ')]).toEqual(['left out', expect.stringContaining(reason)]);
  });

  it('says what of a line was not understood', () => {
    const { lines } = convert('DOSWhitelist 192.0.2.1 example.org\nRequestReadTimeout body=5 footer=3\n');
    expect(lines.map(({ outcome, notes }) => [outcome, notes])).toEqual([
      ['translated', ['not understood: example.org']],
      ['translated', ['not understood: footer=3']],
    ]);
  });
});
