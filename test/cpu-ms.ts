/**
 * CPU time that work takes, in milliseconds. A test of how time grows with a text measures this and not the clock, which
 * goes on while a loaded machine does something else.
 */
export async function cpuMs(work: () => unknown): Promise<number> {
  const started = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}
