import { dirname } from 'node:path';
import { askGate } from '../../admin/client.ts';
import type { GateStatus } from '../../admin/status.ts';
import { ownFile } from '../../own-files.ts';
import { describeCapabilities, findingsOn } from '../../security/findings.ts';
import { type ProcessState, readProcess } from '../../security/process-state.ts';
import { type Command, UsageError } from './command.ts';
import { controlSocket } from './status.ts';

export const psCommand: Command = {
  name: 'ps',
  summary: 'Show as whom the processes of a gate run, what they may do and what they hold open.',
  usage: `sallyport ps [--security] [--socket PATH | --config FILE | --listen HOST:PORT] [--json]

  --security           also say what is wrong: root, capabilities, privileges to gain, descriptors that lead outside the folders
                       of the gate, devices, set-id files. The exit code is 1 then
  --json               everything, as JSON

Reads /proc, so it works on Linux, and for the user of the gate or root.`,

  async run(words, { out, err }) {
    if (process.platform !== 'linux') {
      err(`sallyport ps reads /proc, which ${process.platform} does not have`);
      return 1;
    }
    const rest = words.filter((word) => word !== '--json' && word !== '--security');
    let gate: GateStatus;
    try {
      // The socket belongs to the user's own gate; its form is the one this version knows.
      gate = (await askGate(controlSocket(rest), 'GET', '/status')).body as GateStatus;
    } catch (cause) {
      if (cause instanceof UsageError) throw cause;
      err((cause as Error).message);
      return 1;
    }
    const looks = lookAt(gate);
    if (words.includes('--json')) out(JSON.stringify(looks, undefined, 2));
    else for (const line of render(looks, words.includes('--security'))) out(line);
    const isWrong = looks.some(({ state, findings }) => state === undefined || findings.length > 0);
    return words.includes('--security') && isWrong ? 1 : 0;
  },
};

interface Look {
  readonly pid: number;
  readonly role: 'supervisor' | 'worker' | 'gate';
  /** Undefined when it cannot be read. */
  readonly state: ProcessState | undefined;
  readonly findings: readonly string[];
}

function lookAt(gate: GateStatus): readonly Look[] {
  const isOne = gate.workers.length === 0;
  const folders = [...gate.folders, ...programFolders()];
  const look = (pid: number, role: Look['role']): Look => {
    const state = readProcess(pid);
    return { pid, role, state, findings: state === undefined ? [] : findingsOn(state, { role, folders }) };
  };
  return [look(gate.pid, isOne ? 'gate' : 'supervisor'), ...gate.workers.map(({ pid }) => look(pid, 'worker'))];
}

/** Node and the gate itself: a program holds its own files open while it loads them. */
function programFolders(): readonly string[] {
  return [dirname(process.execPath), ownFile('')];
}

function render(looks: readonly Look[], isJudging: boolean): readonly string[] {
  return looks.flatMap(({ pid, role, state, findings }) => {
    if (state === undefined) return [`${role} ${pid}: cannot be read; run this as its user or as root`];
    const rights = describeCapabilities(state.capabilities);
    return [
      `${role} ${pid}: user ${state.uid}, group ${state.gid}, ${rights}, no_new_privs ${state.hasNoNewPrivileges ? 'on' : 'off'}, seccomp ${state.seccomp}`,
      `  root ${state.root}, works in ${state.cwd}, ${state.descriptors.length} descriptors`,
      ...state.descriptors
        .filter(({ target }) => target.startsWith('/'))
        .map(({ number, target }) => `  ${number} ${target}`),
      ...(isJudging ? findings.map((one) => `  WRONG: ${one}`) : []),
    ];
  });
}
