import type { Scenario } from '../support/scenario.ts';
import { killedWorker } from './f01-killed-worker.ts';
import { reload } from './f02-reload.ts';
import { killedSupervisor } from './f03-killed-supervisor.ts';
import { blockedLoop } from './f12-blocked-loop.ts';
import { stoppedWorker } from './f13-stopped-worker.ts';
import { stopUnderLoad } from './f18-stop-under-load.ts';
import { corruptFiles } from './f20-corrupt-files.ts';
import { recycling } from './recycling.ts';

/** Every fault there is a run for. */
export const SCENARIOS: readonly Scenario[] = [
  killedWorker,
  reload,
  killedSupervisor,
  blockedLoop,
  stoppedWorker,
  stopUnderLoad,
  corruptFiles,
  recycling,
];
