import { Failure } from "../../base/failure.ts";
import { Unreachable } from "../../remote/unreachable.ts";
import type { AttemptSight } from "./scheduler.ts";

/** State of an attempt that is unknown to its scheduler. */
export const NOT_CLAIMED: AttemptSight = { isClaimed: false, isAlive: false, exit: undefined };

/** State of an attempt, or the reason why it is currently unknown. */
export async function sightOrUnreachable(look: () => Promise<AttemptSight>): Promise<AttemptSight> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return { ...NOT_CLAIMED, unreachable: error.message };
  }
}

/**
 * Refuses secrets if the scheduler would expose them.
 *
 * @param why  who can read them there
 * @throws Failure bad_input if there is one
 */
export function refuseSecrets(secrets: Readonly<Record<string, string>>, why: string): void {
  if (Object.keys(secrets).length === 0) return;
  throw new Failure("bad_input", `${why}, so no secret is passed to it`, {
    hint: "set metrics: import, which needs no token",
  });
}
