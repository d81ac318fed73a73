import type { AttemptSight, TrainerExit } from "../scheduler.ts";

/** Output of the wrapper of an attempt on its host. Times by the clock of the host. */
export type HostLook = {
  isClaimed: boolean;
  isAlive: boolean;
  exit: TrainerExit | null;
  nowMs: number;
  startedMs: number | null;
};

/** State of an attempt by the wrapper's answer, in times of this machine. */
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
