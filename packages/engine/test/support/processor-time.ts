/** Milliseconds of processor time this process has had. What work takes by it does not depend on how busy the machine is. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
