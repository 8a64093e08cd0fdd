// Compares our engine with ModSecurity 2.9 under Debian's Apache over generated rules and requests.
//
//   node scripts/differential.mjs [--seed N] [--count N] [--units N] [--requests N] [--show N]
//
// count: configurations (60), units: independent groups of rules in each (60), requests: for each configuration (50),
// show: unexplained differences to print (20). Exits with 1 when a difference is unexplained.

import { join } from 'node:path';
import { argv, exit } from 'node:process';
import { attempt, ensureInstalled, projectNode, root } from './toolchain.mjs';

ensureInstalled();
const main = join(root, 'conformance', 'differential', 'main.ts');
exit(attempt(projectNode, ['--conditions=sallyport-source', main, ...argv.slice(2)]));
