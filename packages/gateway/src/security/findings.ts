/** What should not be in a process of the gate. */
import type { ProcessState } from './process-state.ts';

export interface Expectation {
  /** `supervisor` binds ports and starts others; `worker` reads what clients send. */
  readonly role: 'supervisor' | 'worker' | 'gate';
  /** The user workers are to run as; undefined: as the supervisor does. */
  readonly uid?: number;
  /** Folders whose files the process may hold open. */
  readonly folders: readonly string[];
}

const SETUID = 0o4000;
const SETGID = 0o2000;
const OTHERS_WRITE = 0o002;

/** Devices any program may hold. */
const HARMLESS = new Set(['/dev/null', '/dev/zero', '/dev/random', '/dev/urandom']);
const STANDARD = 2;

/** One line for each thing that is wrong; none is good. */
export function findingsOn(state: ProcessState, expected: Expectation): readonly string[] {
  const found: string[] = [];
  const readsClients = expected.role !== 'supervisor';
  if (readsClients && state.uid === 0) found.push('runs as root; set workers.user');
  else if (readsClients && expected.uid !== undefined && state.uid !== expected.uid) {
    found.push(`runs as user ${state.uid} instead of ${expected.uid}`);
  }
  if (readsClients && state.uid !== 0 && state.gid === 0) found.push('has the group of root');
  if (readsClients && state.capabilities.length > 0) found.push(`has ${describeCapabilities(state.capabilities)}`);
  if (readsClients && !state.hasNoNewPrivileges) found.push('may gain privileges (no_new_privs is off)');
  for (const { number, target, mode = 0 } of state.descriptors) {
    if (number <= STANDARD || !target.startsWith('/') || HARMLESS.has(target)) continue;
    const path = target.replace(/ \(deleted\)$/, '');
    if (path.startsWith('/dev/')) found.push(`descriptor ${number} is a device: ${target}`);
    else if (!expected.folders.some((folder) => isWithin(path, folder))) {
      found.push(`descriptor ${number} leads outside: ${target}`);
    }
    if ((mode & (SETUID | SETGID)) !== 0) found.push(`descriptor ${number} is a set-id file: ${target}`);
    if ((mode & OTHERS_WRITE) !== 0) found.push(`descriptor ${number} is a file others may write: ${target}`);
  }
  return found;
}

/** Many are those of root, and nobody reads forty names. */
const FEW = 8;

/** `no capabilities`, `capabilities: net_bind_service`, `38 capabilities`. */
export function describeCapabilities(names: readonly string[]): string {
  if (names.length === 0) return 'no capabilities';
  return names.length > FEW ? `${names.length} capabilities` : `capabilities: ${names.join(', ')}`;
}

/** `/a/b` is within `/a` and within `/a/b`, and not within `/a/bc`. */
function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
