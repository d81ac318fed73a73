import type { AttemptSight, TrainerExit } from "../scheduler.ts";

/** What the wrapper of an attempt prints on its host. Times by the clock of the host. */
export type HostLook = {
  isClaimed: boolean;
  isAlive: boolean;
  exit: TrainerExit | null;
  nowMs: number;
  startedMs: number | null;
};

/** What the wrapper's answer means, in times of this machine. */
export function sshSight(look: HostLook, nowMs: number): AttemptSight {
  const { isClaimed, isAlive, exit, startedMs } = look;
  const aheadMs = Math.round(look.nowMs - nowMs);
  return {
    isClaimed,
    isAlive,
    exit: exit === null ? undefined : { ...exit, endedMs: exit.endedMs - aheadMs },
    startedMs: startedMs === null ? undefined : startedMs - aheadMs,
    aheadMs,
  };
}
