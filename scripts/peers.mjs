// Programs and data of Debian that tests compare with or run against. They are optional: without one, its tests are skipped
// and say so.
//
//   node scripts/peers.mjs                    what there is, what it is for, whether it is installed
//   node scripts/peers.mjs install NAME...    installs some of them (`all` for all of them); needs root
//
// Services that come with a package are not started.

import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { argv, env, exit, getuid, stderr } from 'node:process';
import { say } from './toolchain.mjs';

const PEERS = {
  pcre2: {
    packages: ['gcc', 'libc6-dev', 'libpcre2-dev'],
    why: 'the regex engine is compared with PCRE2, match by match',
  },
  crs3: { packages: ['modsecurity-crs'], why: 'an older Core Rule Set must load, and all its patterns compile' },
  apache: {
    packages: ['apache2', 'libapache2-mod-security2'],
    why: 'the reference: transformations, logs and rule tests are compared with ModSecurity 2.9',
  },
  htpasswd: { packages: ['apache2-utils'], why: 'password files of Apache are written by its own program' },
  nginx: {
    packages: ['nginx', 'libnginx-mod-http-modsecurity'],
    why: 'the other reference: ModSecurity 3 and a second HTTP parser in front of the same rules',
  },
  wrk: { packages: ['wrk'], why: 'benchmarks need a load generator that is faster than the gate' },
  redis: { packages: ['redis-server'], why: 'the Redis store of persistent collections is tested against it' },
  prometheus: { packages: ['prometheus'], why: 'promtool checks the metrics' },
  slowhttptest: { packages: ['slowhttptest'], why: 'slow clients by the thousand, for the fault run F15' },
  faketime: { packages: ['faketime'], why: 'a fault run lets the clock of a gate jump' },
  openssl: { packages: ['openssl'], why: 'tests make certificates with it' },
  pebble: { packages: ['pebble'], why: 'automatic certificates are ordered from this ACME server' },
  haproxy: {
    packages: ['haproxy'],
    why: 'a further HTTP parser behind the gate: what it reads must be what the rules read',
  },
  lighttpd: { packages: ['lighttpd'], why: 'a further HTTP parser behind the gate' },
  php: { packages: ['php-cli'], why: 'a further HTTP parser behind the gate: the server PHP brings along' },
  'php-fpm': {
    packages: ['php-fpm', 'php-cgi'],
    why: 'the FastCGI servers most sites have are tested behind the gate',
  },
};

const [task, ...names] = argv.slice(2);
if (task === undefined) list();
else if (task === 'install' && names.length > 0) exit(install(names));
else {
  stderr.write('usage: node scripts/peers.mjs [install NAME...|all]\n');
  exit(2);
}

function list() {
  for (const [name, { packages, why }] of Object.entries(PEERS)) {
    const missing = packages.filter((one) => !isInstalled(one));
    say(`${name.padEnd(8)} ${why}`);
    say(`         ${packages.join(', ')}: ${missing.length === 0 ? 'installed' : `missing ${missing.join(', ')}`}`);
  }
}

function install(wanted) {
  const chosen = wanted.includes('all') ? Object.keys(PEERS) : wanted;
  const unknown = chosen.filter((name) => PEERS[name] === undefined);
  if (unknown.length > 0) {
    stderr.write(`unknown: ${unknown.join(', ')}; there are ${Object.keys(PEERS).join(', ')}\n`);
    return 2;
  }
  for (const name of chosen) say(`${name}: ${PEERS[name].why}`);
  const missing = [...new Set(chosen.flatMap((name) => PEERS[name].packages))].filter((one) => !isInstalled(one));
  if (missing.length === 0) {
    say('everything is installed already');
    return 0;
  }
  if (getuid?.() !== 0) {
    stderr.write(`installing ${missing.join(', ')} needs root\n`);
    return 1;
  }
  return withoutServices(() => {
    if (apt('update') !== 0) say('apt-get update failed; trying with the lists there are');
    return apt('install', '--yes', '--no-install-recommends', ...missing);
  });
}

function isInstalled(name) {
  const { stdout } = spawnSync('dpkg', ['-s', name], { encoding: 'utf8' });
  return stdout?.includes('Status: install ok installed') === true;
}

function apt(...words) {
  say(`> apt-get ${words.join(' ')}`);
  const options = { stdio: 'inherit', env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } };
  return spawnSync('apt-get', ['-qq', ...words], options).status ?? 1;
}

/** Debian asks this file before it starts a service; 101 is "not allowed". A file that is there already is respected. */
function withoutServices(work) {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return work();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return work();
  } finally {
    rmSync(policy);
  }
}
