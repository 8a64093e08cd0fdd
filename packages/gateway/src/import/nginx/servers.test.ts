import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { folderWith, fromNginx, notesOn } from '../../../test/support/old-configuration.ts';

it('names, ports and settings', async () => {
  const folder = folderWith({ 'c.pem': 'c', 'k.pem': 'k' });
  const result = await fromNginx(
    `user www-data;
include parts/*.conf;
http {
  keepalive_timeout 65; client_body_timeout 12s; large_client_header_buffers 4 8k; server_tokens off;
  log_format own '$remote_addr $status $http_x_a'; access_log /logs/a.log own; error_log /logs/e.log warn;
  server { listen 80 default_server; listen [::]:80 default_server; server_name _; return 301 https://$host$request_uri; }
  server {
    listen 443 ssl http2; server_name .site.test "~^x" www.*;
    ssl_certificate ${folder}/c.pem; ssl_certificate_key ${folder}/k.pem; ssl_protocols TLSv1.3;
    location / { proxy_pass http://a; }
  }
  server { listen 443 ssl; server_name b.test; location /b { proxy_pass http://b; } }
}`,
    { 'parts/x.conf': 'worker_processes auto;' },
  );
  expect(parse(result.text)).toMatchObject({
    listeners: [
      { address: '::', port: 80 },
      { port: 443, tls: { certificate: `${folder}/c.pem`, key: `${folder}/k.pem`, min_version: 'TLSv1.3' } },
    ],
    routes: [
      { scheme: 'http', path: '/', redirect: { to: 'https://{host}{uri}' } },
      { scheme: 'https', path: '/', upstream: 'a' },
      { scheme: 'https', hosts: ['b.test'], path: '/b', upstream: 'b' },
      { scheme: 'https', hosts: ['b.test'], path: '/', answer: 404 },
    ],
    timeouts: { keep_alive: '65 s', body_idle: '12 s' },
    limits: { header_size: 32_768, target_length: 8192 },
    logs: { access: [{ file: '/logs/a.log', format: '%a %>s %{x-a}i' }], error: '/logs/e.log', error_level: 'warn' },
  });
  expect(notesOn(result, 'worker_processes')).toContain('left out | it is about the processes');
  expect(notesOn(result, 'server_name .site.test')).toContain('~^x: ');
});
