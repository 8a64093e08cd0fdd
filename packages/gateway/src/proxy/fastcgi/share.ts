/** How many connections one gate process may have to an application with a known number of processes. */
import type { UpstreamConfig } from '../../config/sections/upstream.ts';

/**
 * The upstream as one of `gates` processes sees it. A FastCGI process is busy as long as a connection to it is open, idle or not: if
 * all gates together kept more of them than there are processes, some would never be answered. So each gets its part; where there is
 * less than one process for each gate, connections are not kept.
 */
export function shareOut(config: UpstreamConfig, gates: number): UpstreamConfig {
  const { processes } = config.fastcgi;
  if (processes === undefined) return config;
  const share = Math.floor(processes / gates);
  if (share >= 1) return { ...config, connections: Math.min(config.connections, share) };
  const { processes: _, ...fastcgi } = config.fastcgi;
  return { ...config, connections: 1, fastcgi };
}
