import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstExisting, freePort, hasCommand, type Running, startPinned } from './processes.ts';
import { exclusionsFor, paranoiaRule, type RuleSet } from './rule-sets.ts';

/** A server to measure, with rules or without. */
export interface Subject {
  readonly name: string;
  /** Why it cannot be measured here; undefined when it can. */
  readonly missing: string | undefined;
  start(setting: Setting): Promise<Running>;
}

export interface Setting {
  readonly cpu: number;
  readonly upstreamPort: number;
  /** No rules at all when undefined. */
  readonly ruleSet: RuleSet | undefined;
  readonly paranoia: 1 | 4;
  /** Directives that take the place of those all servers have. */
  readonly settings?: string;
}

/** The same engine settings for all; every peer reads this file. */
const engineSettings = `SecRuleEngine On
SecRequestBodyAccess On
SecRule REQUEST_HEADERS:Content-Type "^(?:application(?:/soap\\+|/)|text/)xml" "id:200000,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule REQUEST_HEADERS:Content-Type "^application/json" "id:200001,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRequestBodyLimit 13107200
SecRequestBodyNoFilesLimit 131072
SecRequestBodyLimitAction Reject
SecResponseBodyAccess On
SecResponseBodyMimeType text/plain text/html text/xml
SecResponseBodyLimit 1048576
SecResponseBodyLimitAction ProcessPartial
SecPcreMatchLimit 500000
SecPcreMatchLimitRecursion 500000
SecAuditEngine Off
SecTmpDir /tmp
SecDataDir /tmp
`;

/** A directory of its own for the duration of one measurement. */
function workspace(
  ruleSet: RuleSet | undefined,
  paranoia: 1 | 4,
  settings = '',
): { readonly directory: string; readonly files: readonly string[] } {
  const directory = mkdtempSync(join(tmpdir(), 'bench-subject-'));
  if (ruleSet === undefined) return { directory, files: [] };
  const engine = join(directory, 'engine.conf');
  const level = join(directory, 'paranoia.conf');
  writeFileSync(engine, `${engineSettings}${settings}\n`);
  const exclusions = join(directory, 'exclusions.conf');
  writeFileSync(level, `${paranoiaRule(paranoia)}\n`);
  writeFileSync(exclusions, `${exclusionsFor(paranoia)}\n`);
  return { directory, files: [engine, ruleSet.setup, level, ...ruleSet.rules, exclusions] };
}

function removing(running: Running, directory: string): Running {
  return {
    ...running,
    stop: async () => {
      await running.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const sallyport: Subject = {
  name: 'Sallyport',
  missing: undefined,
  start: async ({ cpu, upstreamPort, ruleSet, paranoia, settings }) => {
    const { directory, files } = workspace(ruleSet, paranoia, settings);
    const port = await freePort();
    const program = fileURLToPath(new URL('../../packages/gateway/bin/sallyport.mjs', import.meta.url));
    const command = [
      process.execPath,
      program,
      'run',
      '--listen',
      `127.0.0.1:${port}`,
      '--upstream',
      `http://127.0.0.1:${upstreamPort}`,
    ];
    command.push('--error-log', join(directory, 'error.log'), '--access-log', join(directory, 'access.log'));
    if (files.length === 0) command.push('--engine', 'Off');
    else command.push(...files.flatMap((file) => ['--rules', file]));
    return removing(await startPinned(cpu, command, port, 'Sallyport'), directory);
  },
};

export const apache: Subject = {
  name: 'Apache + mod_security2',
  missing:
    hasCommand('apache2') && firstExisting(['/usr/lib/apache2/modules/mod_security2.so']) !== undefined
      ? undefined
      : 'apache2 or libapache2-mod-security2 is not installed',
  start: async ({ cpu, upstreamPort, ruleSet, paranoia }) => {
    const { directory, files } = workspace(ruleSet, paranoia);
    const port = await freePort();
    const modules = ['mpm_event', 'authz_core', 'unique_id', 'proxy', 'proxy_http', 'reqtimeout'];
    const lines = [
      ...modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
      'LoadModule security2_module /usr/lib/apache2/modules/mod_security2.so',
      `ServerRoot ${directory}`,
      `PidFile ${directory}/pid`,
      `DefaultRuntimeDir ${directory}`,
      `ErrorLog ${directory}/error.log`,
      'LogFormat "%h %l %u %t \\"%r\\" %>s %b \\"%{Referer}i\\" \\"%{User-Agent}i\\"" combined',
      `CustomLog ${directory}/access.log combined`,
      'ServerName localhost',
      `Listen 127.0.0.1:${port}`,
      'User www-data',
      'Group www-data',
      'KeepAlive On',
      'MaxKeepAliveRequests 0',
      'MaxRequestWorkers 64',
      'ThreadsPerChild 32',
      `ProxyPass / http://127.0.0.1:${upstreamPort}/ keepalive=On`,
      ...files.map((file) => `Include ${file}`),
    ];
    writeFileSync(join(directory, 'httpd.conf'), `${lines.join('\n')}\n`);
    const command = ['apache2', '-f', join(directory, 'httpd.conf'), '-DFOREGROUND'];
    return removing(await startPinned(cpu, command, port, 'Apache'), directory);
  },
};

const nginxModule = '/usr/lib/nginx/modules/ngx_http_modsecurity_module.so';

export const nginx: Subject = {
  name: 'nginx + libmodsecurity',
  missing:
    hasCommand('nginx') && firstExisting([nginxModule]) !== undefined
      ? undefined
      : 'nginx or libnginx-mod-http-modsecurity is not installed',
  start: async ({ cpu, upstreamPort, ruleSet, paranoia }) => {
    const { directory, files } = workspace(ruleSet, paranoia);
    const port = await freePort();
    mkdirSync(join(directory, 'tmp'));
    // Its workers are somebody else where it is started by root, and they hold bodies back in files.
    chmodSync(directory, 0o711);
    chmodSync(join(directory, 'tmp'), 0o777);
    // libmodsecurity resolves data files against the including file, so each rule file is included by its path.
    writeFileSync(join(directory, 'rules.conf'), `${files.map((file) => `Include ${file}`).join('\n')}\n`);
    const isProtected = files.length > 0;
    const config = `
daemon off;
worker_processes 1;
pid ${directory}/pid;
error_log ${directory}/error.log error;
load_module ${nginxModule};
events { worker_connections 1024; }
http {
  access_log ${directory}/access.log combined;
  client_max_body_size 16m;
  client_body_temp_path ${directory}/tmp;
  proxy_temp_path ${directory}/tmp;
  fastcgi_temp_path ${directory}/tmp;
  uwsgi_temp_path ${directory}/tmp;
  scgi_temp_path ${directory}/tmp;
  keepalive_requests 1000000;
  upstream backend { server 127.0.0.1:${upstreamPort}; keepalive 64; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:${port};
    ${isProtected ? `modsecurity on; modsecurity_rules_file ${directory}/rules.conf;` : ''}
    location / { proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; }
  }
}
`;
    writeFileSync(join(directory, 'nginx.conf'), config);
    const command = ['nginx', '-c', join(directory, 'nginx.conf'), '-e', join(directory, 'start.log')];
    return removing(await startPinned(cpu, command, port, 'nginx'), directory);
  },
};

/** The application behind all of them: answers at once, reads every body. */
export async function startUpstream(cpu: number): Promise<Running> {
  const port = await freePort();
  const program = fileURLToPath(new URL('./upstream.ts', import.meta.url));
  return await startPinned(cpu, [process.execPath, program, String(port)], port, 'the upstream');
}
