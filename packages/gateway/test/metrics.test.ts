import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Control } from '../src/admin/control.ts';
import { answerQuery } from '../src/admin/query.ts';
import { StandingOrders } from '../src/admin/standing-orders.ts';
import type { GateStatus } from '../src/admin/status.ts';
import { collectMetrics } from '../src/metrics/collect.ts';
import { openMetricsListener } from '../src/metrics/metrics-listener.ts';
import { ask, talk } from './support/client.ts';
import { type RunningGate, startGate } from './support/gate.ts';
import { until } from './support/until.ts';
import { startUpstream } from './support/upstream.ts';

const PROMTOOL = '/usr/bin/promtool';
const hasPromtool = existsSync(PROMTOOL);
const isRequired = process.env['CI'] === 'true';
if (!hasPromtool) console.warn("skipped: no promtool (Debian's prometheus)");

/** The gate of a test as the admin API sees it. */
function controlOf({ gateway }: RunningGate): Control {
  const status = { workers: [], generation: 1, crashes: 0, configuration: { loadedAt: 0, rules: '' } };
  return {
    // Only these fields are looked at.
    status: () => status as unknown as GateStatus,
    ask: async (query, parameters) => [
      { pid: 1, value: JSON.parse(JSON.stringify(await answerQuery(gateway, query, parameters))) },
    ],
    takeLastWords: () => [],
    standing: new StandingOrders(undefined),
    order: async () => [],
    reload: async () => ({ isAccepted: false, lines: [] }),
    reopenLogs: () => {},
  };
}

/** Waits until the text says something: answers are counted once they have gone out. */
async function textWith(control: Control, line: string): Promise<string> {
  let text = '';
  return until(
    async () => {
      text = await collectMetrics(control);
      return text.includes(line) && text;
    },
    () => `no "${line}" in\n${text}`,
  );
}

async function busyGate(): Promise<Control> {
  const upstream = await startUpstream((_request, response) => response.end('hello'));
  const gate = await startGate(upstream.port, {
    rules: `SecRuleEngine On
SecRule ARGS:a "@streq bad" "id:31,phase:1,deny,log"
SecRule ARGS:a "@streq odd" "id:32,phase:1,pass,log"`,
  });
  await ask(gate.port, '/');
  await ask(gate.port, '/', { method: 'POST' }, 'x'.repeat(500));
  await ask(gate.port, '/?a=bad');
  await ask(gate.port, '/?a=odd');
  await ask(gate.port, '/%00');
  await talk(gate.port, 'NONSENSE / HTTP/1.1\r\nHost: a\r\n\r\n');
  await talk(gate.port, 'GET / HTTP/1.1\r\nBad Header: x\r\n\r\n');
  return controlOf(gate);
}

describe('metrics', () => {
  it('count requests by who decided, rules by id, errors by code', async () => {
    const text = await textWith(await busyGate(), 'code="SP1001"');
    for (const line of [
      'http_requests_total{method="GET",code="200",decided_by="upstream"} 2',
      'http_requests_total{method="POST",code="200",decided_by="upstream"} 1',
      'http_requests_total{method="GET",code="403",decided_by="waf"} 1',
      'sallyport_rule_matches_total{id="31"} 1',
      'sallyport_rule_matches_total{id="32"} 1',
      'sallyport_rule_interruptions_total{id="31"} 1',
      'sallyport_errors_total{code="SP1012"} 1',
      'sallyport_errors_total{code="SP1001"} ',
      'sallyport_upstream_responses_total{upstream="app",code="200"} 3',
      'http_request_size_bytes_bucket{le="1000"} ',
      'sallyport_upstream_addresses{upstream="app",serving="yes"} 1',
      'sallyport_config_stale 0',
    ]) {
      expect(text).toContain(line);
    }
    expect(text).toMatch(/sallyport_log_entries_total\{log="[^"]*access\.log",outcome="written"\} \d/);
    expect(text).toMatch(/^process_cpu_seconds_total \d/m);
  });

  it.skipIf(!hasPromtool && !isRequired)('pass promtool (skipped without prometheus)', async () => {
    const text = await textWith(await busyGate(), 'code="SP1001"');
    expect(execFileSync(PROMTOOL, ['check', 'metrics'], { input: text, encoding: 'utf8' })).toBe('');
  });

  it('are served at an address of their own, and nothing else is', async () => {
    const control = await busyGate();
    const complaints: string[] = [];
    const listener = await openMetricsListener('127.0.0.1:0', control, (line) => complaints.push(line));
    onTestFinished(() => listener.close());
    const { status, headers, body } = await ask(listener.port, '/metrics');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toContain('# TYPE http_requests_total counter');
    expect((await ask(listener.port, '/status')).status).toBe(404);
    expect((await ask(listener.port, '/metrics', { method: 'POST' })).status).toBe(405);
    const second = await openMetricsListener(`127.0.0.1:${listener.port}`, control, (line) => complaints.push(line));
    expect(second.port).toBe(0);
    expect(complaints[0]).toContain('EADDRINUSE');
  });

  it('are not kept where they are switched off', async () => {
    const upstream = await startUpstream();
    const gate = await startGate(upstream.port, { yaml: 'metrics: { enabled: false }' });
    await ask(gate.port, '/');
    expect(gate.gateway.metrics()).toEqual([]);
  });

  it('do not take a bad answer of a worker for numbers', async () => {
    const control = await busyGate();
    const text = await collectMetrics({
      ...control,
      status: control.status,
      ask: async () => [{ pid: 1, value: [{ name: 'x} 1\nevil', help: '', labels: [], samples: [] }] }],
    });
    expect(text).not.toContain('evil');
  });
});
