import type { Scenario } from '../support/scenario.ts';
import { connectionFlood } from './a89-connection-flood.ts';
import { applicationTurnover } from './application-turnover.ts';
import { killedWorker } from './f01-killed-worker.ts';
import { reload } from './f02-reload.ts';
import { killedSupervisor } from './f03-killed-supervisor.ts';
import { brokenUpstream } from './f04-broken-upstream.ts';
import { flappingUpstream } from './f05-flapping-upstream.ts';
import { noDescriptors } from './f09-no-descriptors.ts';
import { jumpingClock } from './f10-jumping-clock.ts';
import { littleMemory } from './f11-little-memory.ts';
import { blockedLoop } from './f12-blocked-loop.ts';
import { stoppedWorker } from './f13-stopped-worker.ts';
import { partition } from './f14-partition.ts';
import { slowClients } from './f15-slow-clients.ts';
import { stopUnderLoad } from './f18-stop-under-load.ts';
import { corruptFiles } from './f20-corrupt-files.ts';
import { lostBackend } from './lost-backend.ts';
import { uploads } from './r097-uploads.ts';
import { recycling, shortLives } from './recycling.ts';
import { sites } from './sites.ts';

/** Every fault there is a run for. */
export const SCENARIOS: readonly Scenario[] = [
  killedWorker,
  reload,
  killedSupervisor,
  brokenUpstream,
  flappingUpstream,
  noDescriptors,
  jumpingClock,
  littleMemory,
  blockedLoop,
  stoppedWorker,
  partition,
  slowClients,
  uploads,
  connectionFlood,
  stopUnderLoad,
  corruptFiles,
  lostBackend,
  recycling,
  shortLives,
  applicationTurnover,
  sites,
];
