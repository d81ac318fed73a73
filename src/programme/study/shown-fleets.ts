import type { FleetOption } from "../../domain/study.ts";

/** Maximum number of fleets in a study. */
const MOST = 10;

/**
 * The fleets shown in a study: for each GPU the cheapest count on which the run fits, and for the chosen GPU also the
 * next larger counts, which save time; if it fits on none, the fleets that were tried.
 */
export function shownFleets(
  fleets: readonly FleetOption[],
  chosen: { gpu: string; gpuCount: number },
): readonly FleetOption[] {
  const fitting = fleets.filter(({ fits }) => fits === "yes" || fits === "tight");
  if (fitting.length === 0) return fleets.slice(0, MOST);
  const seen = new Map<string, number>();
  const worth = fitting.filter(({ gpu, gpuCount }) => {
    const count = (seen.get(gpu) ?? 0) + 1;
    seen.set(gpu, count);
    if (gpu !== chosen.gpu) return count === 1;
    return count <= 3 || gpuCount === chosen.gpuCount;
  });
  return worth.slice(0, MOST);
}

/** Prefix of the figures of a fleet: `fleet.L40S.2`. */
export function fleetId({ gpu, gpuCount }: Pick<FleetOption, "gpu" | "gpuCount">): string {
  return `fleet.${gpu}.${gpuCount}`;
}
