import { expect, it } from 'vitest';
import { sampleRecord } from '../../test/samples/audit-record.ts';
import { formatGuardianLine } from './guardian-line.ts';

it('has the fields of 2.9 in order', () => {
  const line = formatGuardianLine(sampleRecord({ durationMicroseconds: 2_000_603, responseBytes: 7 }));
  expect(line.replace(/\[[^\]]*\]/, '[TIME]')).toBe(
    'example.test 192.0.2.1 - - [TIME] "POST /a?x=ab HTTP/1.1" 200 7 "-" "-" awDbeGX4RwRz3EIBAdZIdgAAAAA "-" 2000603 2 "-" 0 ',
  );
});

it('a client cannot end the line, nor make it longer than a pipe takes at once', () => {
  const request = { method: 'GET', uri: `/\n"${'x'.repeat(9000)}`, protocol: 'HTTP/1.1', headers: [] };
  const line = formatGuardianLine(sampleRecord({ request }));
  expect(line.length).toBeLessThanOrEqual(3980);
  expect(line).toMatch(/\] "GET \/\\n\\"x+" 200 .* 603 0 "-" 0 L$/);
});
