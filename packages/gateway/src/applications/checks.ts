/**
 * What is looked at before a program is started, after suEXEC of Apache. They keep the gate from running, in the name of a principal,
 * what others have put there or can change. Files may belong to root as well as to the principal: what root owns, the application
 * cannot change itself.
 *
 * Between a check and the start nobody but the principal and root can swap a file, because every folder on the way from the root is
 * checked too; and what the principal swaps runs as nobody else than the principal.
 */
import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import type { Account } from '../process/accounts.ts';
import { ApplicationRefused, REFUSALS, type Refusal } from './refusals.ts';
import type { ApplicationSpec } from './spec.ts';

const OTHERS_WRITE = 0o022;
const SET_ID = 0o6000;
const OWNER_EXECUTES = 0o100;

export interface Finding {
  readonly refusal: Refusal;
  readonly detail: string;
}

/** Throws `ApplicationRefused` for the first check that fails. `gate`: whom the workers run as. */
export function checkApplication(spec: ApplicationSpec, gate: Account): void {
  const [first] = findingsOf(spec, gate);
  if (first !== undefined) throw new ApplicationRefused(spec.name, first.refusal, first.detail);
}

/** Everything that is wrong, in the order of the checks; what the configuration leaves out is left out. */
export function findingsOf(spec: ApplicationSpec, gate: Account): readonly Finding[] {
  return [...identityFindings(spec, gate), ...fileFindings(spec)].filter(
    ({ refusal }) => !refusal.canBeSkipped || !spec.skipped.has(refusal.code),
  );
}

function* identityFindings({ account, minUid, minGid, user }: ApplicationSpec, gate: Account): Generator<Finding> {
  const { uid, gid } = account;
  if (uid === 0) yield { refusal: REFUSALS.userIsRoot, detail: user };
  else if (uid < minUid) yield { refusal: REFUSALS.userTooLow, detail: `${uid} is below ${minUid}` };
  if (gid === 0) yield { refusal: REFUSALS.groupIsRoot, detail: String(gid) };
  else if (gid < minGid) yield { refusal: REFUSALS.groupTooLow, detail: `${gid} is below ${minGid}` };
  const own = process.getuid?.();
  if (own !== 0 && own !== uid) yield { refusal: REFUSALS.notAllowed, detail: `this is user ${own}, and not ${uid}` };
  else if (own === 0 && gate.uid === uid) yield { refusal: REFUSALS.isGate, detail: String(uid) };
}

function* fileFindings(spec: ApplicationSpec): Generator<Finding> {
  let root: string;
  try {
    root = realpathSync(spec.root);
    if (!statSync(root).isDirectory()) throw new Error('it is no folder');
  } catch (cause) {
    yield { refusal: REFUSALS.noRoot, detail: `${spec.root}: ${reasonOf(cause)}` };
    return;
  }
  yield* directoryFindings(spec, root);
  const [program = '', ...rest] = commandOf(spec, '');
  if (!program.startsWith('/') || program.split('/').includes('..')) {
    yield { refusal: REFUSALS.programRelative, detail: program };
    return;
  }
  if (isInside(program, spec.root) || isInside(realOrSame(program), root))
    yield* programFindings(spec, root, program, true);
  else yield* systemFindings(program);
  // What an interpreter is to run is a program as well.
  for (const word of rest) {
    const path = resolve(spec.directory, word);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined || stats.isDirectory() || !isInside(path, spec.root)) continue;
    yield* programFindings(spec, root, path, false);
  }
  for (const path of spec.code ?? []) yield* programFindings(spec, root, path, false);
}

function* directoryFindings({ directory, account }: ApplicationSpec, root: string): Generator<Finding> {
  const stats = statSync(directory, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isDirectory()) {
    yield { refusal: REFUSALS.directoryNone, detail: directory };
    return;
  }
  if (!isInside(realpathSync(directory), root)) yield { refusal: REFUSALS.directoryOutside, detail: directory };
  if (othersWrite(stats)) yield { refusal: REFUSALS.directoryWritable, detail: withMode(directory, stats) };
  if (!belongsTo(stats, account)) yield { refusal: REFUSALS.directoryOwner, detail: withOwner(directory, stats) };
}

function* programFindings(
  { account }: ApplicationSpec,
  root: string,
  program: string,
  isExecuted: boolean,
): Generator<Finding> {
  const link = lstatSync(program, { throwIfNoEntry: false });
  const stats = statSync(program, { throwIfNoEntry: false });
  if (link === undefined || stats === undefined) {
    yield { refusal: REFUSALS.programMissing, detail: program };
    return;
  }
  if (link.isSymbolicLink()) yield { refusal: REFUSALS.programIsLink, detail: program };
  if (!stats.isFile()) {
    yield { refusal: REFUSALS.programNoFile, detail: program };
    return;
  }
  if (othersWrite(stats)) yield { refusal: REFUSALS.programWritable, detail: withMode(program, stats) };
  if ((stats.mode & SET_ID) !== 0) yield { refusal: REFUSALS.programSetId, detail: withMode(program, stats) };
  if (!belongsTo(stats, account)) yield { refusal: REFUSALS.programOwner, detail: withOwner(program, stats) };
  if (isExecuted && (stats.mode & OWNER_EXECUTES) === 0)
    yield { refusal: REFUSALS.programNotExecutable, detail: withMode(program, stats) };
  for (const folder of foldersBetween(realpathSync(program), root)) {
    const parent = statSync(folder);
    if (othersWrite(parent)) yield { refusal: REFUSALS.parentWritable, detail: withMode(folder, parent) };
    if (!belongsTo(parent, account)) yield { refusal: REFUSALS.parentOwner, detail: withOwner(folder, parent) };
  }
}

/** An interpreter, for example: it, and every folder on the way to it, can be changed by root alone. */
function* systemFindings(program: string): Generator<Finding> {
  let real: string;
  try {
    real = realpathSync(program);
  } catch (cause) {
    yield { refusal: REFUSALS.programMissing, detail: `${program}: ${reasonOf(cause)}` };
    return;
  }
  const stats = statSync(real);
  if (!stats.isFile()) {
    yield { refusal: REFUSALS.programNoFile, detail: program };
    return;
  }
  if ((stats.mode & SET_ID) !== 0) yield { refusal: REFUSALS.programSetId, detail: withMode(program, stats) };
  if ((stats.mode & OWNER_EXECUTES) === 0)
    yield { refusal: REFUSALS.programNotExecutable, detail: withMode(program, stats) };
  for (const path of [real, ...foldersBetween(real, '/')]) {
    const one = statSync(path);
    if (one.uid === 0 && !othersWrite(one)) continue;
    yield { refusal: REFUSALS.systemProgram, detail: `${withOwner(path, one)}, mode ${modeOf(one)}` };
    return;
  }
}

/** The command with `{socket}` and `{root}` filled in. */
export function commandOf({ command, root }: ApplicationSpec, socket: string): readonly string[] {
  return command.map((word) => word.replaceAll('{root}', root).replaceAll('{socket}', socket));
}

/** Every folder from that of the file up to and with `top`. */
function foldersBetween(file: string, top: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = dirname(file); isInside(folder, top); folder = dirname(folder)) {
    folders.push(folder);
    if (folder === dirname(folder)) break;
  }
  return folders;
}

/** Whole segments are compared: `/srv/www2` is not inside `/srv/www`. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

export function othersWrite({ mode }: Stats): boolean {
  return (mode & OTHERS_WRITE) !== 0;
}

/** It is the principal's, or root's. */
export function belongsTo({ uid, gid }: Stats, account: Account): boolean {
  return (uid === account.uid || uid === 0) && (gid === account.gid || gid === 0);
}

export function withMode(path: string, stats: Stats): string {
  return `${path} has mode ${modeOf(stats)}`;
}

export function withOwner(path: string, { uid, gid }: Stats): string {
  return `${path} belongs to user ${uid} and group ${gid}`;
}

function modeOf({ mode }: Stats): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

function realOrSame(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function reasonOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
}
