import { describe, expect, it } from 'vitest';
import { parseDestination } from './destination.ts';

const syslog = { kind: 'syslog', host: 'logs.example', path: '', facility: 16 };

describe('parseDestination', () => {
  it.each<[string, object]>([
    ['syslog://logs.example', { ...syslog, transport: 'udp', port: 514 }],
    ['syslog+udp://logs.example:5140', { ...syslog, transport: 'udp', port: 5140 }],
    ['syslog+tcp://logs.example?facility=AUTH', { ...syslog, transport: 'tcp', port: 601, facility: 4 }],
    ['syslog+tls://[2001:db8::1]/', { ...syslog, transport: 'tls', host: '2001:db8::1', port: 6514 }],
    ['syslog+unix:///run/a%20log', { ...syslog, transport: 'unix', host: '', port: 0, path: '/run/a log' }],
    ['https://logs.example/in?x=1', { kind: 'http', url: 'https://logs.example/in?x=1', authorization: undefined }],
    [
      'https://me:p%40ss@logs.example/',
      { kind: 'http', url: 'https://logs.example/', authorization: 'Basic bWU6cEBzcw==' },
    ],
  ])('reads %s', (text, expected) => {
    expect(parseDestination(text)).toEqual(expected);
  });

  it.each<[string, string]>([
    ['logs.example', 'this is not an address such as https://host/path or syslog+tls://host:6514'],
    [
      'ftp://x/',
      'logs cannot be sent to "ftp://"; there are https://, http://, syslog://, syslog+udp://, syslog+tcp://, syslog+tls://, syslog+unix://',
    ],
    ['syslog+tcp://x/path', 'a syslog address has no path'],
    ['syslog+tcp:///', 'the address of the log server has no host'],
    ['syslog+unix://run/x', 'a socket is written syslog+unix:///path/of/socket'],
    ['syslog://x?severity=1', '"severity" is nothing a syslog address can say; there is "facility"'],
    ['https://x/#y', 'the address of a log server has no fragment'],
  ])('refuses %s', (text, mistake) => {
    expect(parseDestination(text)).toBe(mistake);
  });

  it('names the facilities there are', () => {
    expect(parseDestination('syslog://x?facility=local8')).toMatch(/^there is no facility "local8"; there are kern, /);
  });
});
