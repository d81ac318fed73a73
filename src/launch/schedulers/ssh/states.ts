import type { AttemptSight, TrainerExit } from "../scheduler.ts";

/** Output of the wrapper of an attempt on its host. Times are by the clock of the host. */
export type HostLook = {
  isClaimed: boolean;
  isAlive: boolean;
  exit: TrainerExit | null;
  nowMs: number;
  startedMs: number | null;
  aliveMs?: number | null | undefined;
};

/** State of an attempt derived from the wrapper's answer, with times converted to this machine's clock. */
export function sshSight(look: HostLook, nowMs: number): AttemptSight {
  const { isClaimed, isAlive, exit, startedMs, aliveMs } = look;
  const aheadMs = Math.round(look.nowMs - nowMs);
  return {
    isClaimed,
    isAlive,
    exit: exit === null ? undefined : { ...exit, endedMs: exit.endedMs - aheadMs },
    startedMs: startedMs === null ? undefined : startedMs - aheadMs,
    aheadMs,
    aliveMs: aliveMs === null || aliveMs === undefined ? undefined : aliveMs - aheadMs,
  };
}
