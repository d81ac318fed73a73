import * as z from "zod";

import { Failure } from "../../base/failure.ts";
import { AlarmMark } from "../../domain/watch-check.ts";
import { Day } from "../../domain/source.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  alarm: z
    .string()
    .regex(/^[\da-f]{8}$/, "expected eight hexadecimal digits")
    .describe("Id of the alarm"),
  reason: z.string().min(3).max(1_000).describe("Reason; it is recorded"),
  muteUntil: Day.optional().describe("Mute the alarm until this day, at most a year; default: acknowledge it"),
});

/** Maximum number of days of a mute. */
const MOST_DAYS = 366;

/** `tunewright watch mark ALARM`: acknowledges or mutes an alarm. */
export default defineCommand({
  description:
    "Acknowledge an alarm, or mute it until a day, with a reason; both are recorded. A muted alarm is still shown but no longer fails watch check.",
  args: ["alarm"],
  options: Options,
  output: AlarmMark,
  examples: [
    'watch mark 1f2e3d4c --reason "new prompt template, wanted"',
    'watch mark 1f2e3d4c --mute-until 2027-01-31 --reason "campaign in Italian until January"',
  ],
  run: async (io, { alarm, reason, muteUntil }) => {
    const { answerFromState, EMPTY_STATE, programmeName } = await import("../../programme/state/with-state.ts");
    const { markAlarm } = await import("../../programme/watch/watch-records.ts");
    const nowMs = io.now().getTime();
    if (muteUntil !== undefined) {
      const days = (Date.parse(muteUntil) - nowMs) / 86_400_000;
      if (days < -1 || days > MOST_DAYS) {
        throw new Failure("bad_input", `--mute-until ${muteUntil} is not within the next year`, {
          hint: "a mute must end, so that a forgotten alarm returns",
        });
      }
    }
    const body = {
      programme: programmeName(io.cwd),
      kind: muteUntil === undefined ? ("acknowledge" as const) : ("mute" as const),
      alarm,
      reason,
      until: muteUntil ?? null,
    };
    const answer = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now, hint: EMPTY_STATE.alarms },
      { local: (store) => markAlarm(store, body, nowMs), path: "/watch/marks", body, output: AlarmMark },
    );
    return {
      json: answer,
      text: () =>
        answer.kind === "mute"
          ? `muted ${answer.alarm} until ${answer.until}: ${answer.reason}`
          : `acknowledged ${answer.alarm}: ${answer.reason}`,
      next: "tunewright watch check NAME",
    };
  },
});
