/** nginx in front of a php-fpm, as its manual shows it: what users compare with. */
import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { open } from './client.ts';
import { testFolder } from './gate.ts';
import type { PhpFpm } from './php-fpm.ts';
import { until } from './until.ts';
import { closedPort } from './upstream.ts';

/** Gives its port. */
export async function startNginxBefore({ url, root }: PhpFpm): Promise<number> {
  const folder = testFolder();
  chmodSync(folder, 0o755);
  const port = await closedPort();
  const config = join(folder, 'nginx.conf');
  writeFileSync(
    config,
    `user root; daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events {}
http { access_log off; client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
server { listen 127.0.0.1:${port}; server_name a.test; root ${root};
location ~ [^/]\\.php(/|$) {
  fastcgi_split_path_info ^(.+?\\.php)(/.*)$;
  if (!-f $document_root$fastcgi_script_name) { return 404; }
  include /etc/nginx/fastcgi_params;
  fastcgi_param HTTP_PROXY "";
  fastcgi_param PATH_INFO $fastcgi_path_info;
  fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
  fastcgi_pass ${url.replace(/^fastcgi:/, '')};
} } }
`,
  );
  const child = spawn('/usr/sbin/nginx', ['-p', folder, '-c', config], { stdio: 'ignore' });
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        if (child.exitCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  );
  const socket = await until(
    () => open(port).catch(() => undefined),
    () => 'nginx does not listen',
  );
  socket.destroy();
  return port;
}
