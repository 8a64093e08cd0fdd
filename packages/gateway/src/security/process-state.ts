/** What Linux says about a process in /proc: as whom it runs, what it may do, what it sees, what it holds open. */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

export interface ProcessState {
  readonly pid: number;
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Names of effective capabilities; all of root's are `all`. */
  readonly capabilities: readonly string[];
  readonly hasNoNewPrivileges: boolean;
  /** 0 off, 1 strict, 2 filter. */
  readonly seccomp: number;
  readonly root: string;
  readonly cwd: string;
  readonly descriptors: readonly Descriptor[];
}

export interface Descriptor {
  readonly number: number;
  /** As the link in /proc/PID/fd says: a path, `socket:[1]`, `pipe:[2]`, `anon_inode:[eventpoll]`. */
  readonly target: string;
  /** Bits of the mode of what it leads to, when it is a path that is there. */
  readonly mode?: number;
}

/** In the order of their numbers, from capability.h of Linux. */
const CAPABILITIES =
  'chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore'.split(
    ' ',
  );

/** Undefined when there is no such process, or this user may not look at it. */
export function readProcess(pid: number, proc = '/proc'): ProcessState | undefined {
  const folder = `${proc}/${pid}`;
  try {
    const fields = parseStatus(readFileSync(`${folder}/status`, 'latin1'));
    const first = (name: string): number => Number(fields.get(name)?.split(/\s/)[1] ?? -1);
    return {
      pid,
      name: fields.get('Name') ?? '',
      // The second number is the effective one.
      uid: first('Uid'),
      gid: first('Gid'),
      capabilities: capabilityNames(fields.get('CapEff') ?? '0'),
      hasNoNewPrivileges: fields.get('NoNewPrivs') === '1',
      seccomp: Number(fields.get('Seccomp') ?? 0),
      root: readlinkSync(`${folder}/root`),
      cwd: readlinkSync(`${folder}/cwd`),
      descriptors: readDescriptors(`${folder}/fd`),
    };
  } catch {
    return undefined;
  }
}

/** Names for the bits of a hexadecimal set. */
export function capabilityNames(set: string): readonly string[] {
  const bits = BigInt(`0x${set}`);
  const names = CAPABILITIES.filter((_, bit) => (bits >> BigInt(bit)) & 1n);
  return names.length === CAPABILITIES.length ? ['all'] : names;
}

function parseStatus(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
    }),
  );
}

function readDescriptors(folder: string): readonly Descriptor[] {
  return readdirSync(folder).flatMap((name): readonly Descriptor[] => {
    try {
      const target = readlinkSync(`${folder}/${name}`);
      const mode = target.startsWith('/') ? statSync(`${folder}/${name}`).mode : undefined;
      return [{ number: Number(name), target, ...(mode !== undefined && { mode }) }];
    } catch {
      // Closed while we looked.
      return [];
    }
  });
}
