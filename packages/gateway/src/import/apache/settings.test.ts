import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { apacheSite, fromApache } from '../../../test/support/old-configuration.ts';

describe('settings', () => {
  it('become those of the gate', async () => {
    const { text } = await fromApache(`Timeout 20
KeepAliveTimeout 7
MaxKeepAliveRequests 50
LimitRequestBody 1000
LimitRequestLine 4000
LimitRequestFields 40
LogLevel info
ErrorLog /logs/error.log
CustomLog /logs/access.log combined
${apacheSite('ProxyPass / http://a/')}`);
    expect(parse(text)).toMatchObject({
      timeouts: { body_idle: '20 s', keep_alive: '7 s' },
      limits: { requests_per_connection: 50, body: 1000, target_length: 4000, header_count: 40 },
      logs: { error_level: 'info', error: '/logs/error.log', access: [{ file: '/logs/access.log' }] },
      upstreams: { a: { urls: 'http://a', response_timeout: '20 s', idle_timeout: '20 s' } },
    });
  });
});
