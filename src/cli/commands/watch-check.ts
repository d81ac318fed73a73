import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { counted } from "../../base/words.ts";
import { RecordedCheck } from "../../domain/watch-check.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  name: z.string().min(1).describe("Name of the monitor: watch/NAME.yaml"),
});

/** `tunewright watch check NAME`: reports what changed in production. */
export default defineCommand({
  description:
    "Compare every completed batch of imported requests with the reference of a monitor, and record the check. An alarm has its size, interval, start, examples of both sides, a likely cause and a remedy. Run it from cron or a systemd timer as often as you like: the same requests give the same answer. Exits with code 5 while an unmuted alarm is open.",
  args: ["name"],
  options: Options,
  output: RecordedCheck,
  examples: ["watch check support", "watch check support --json"],
  run: async (io, { name }) => {
    const { checkWatch } = await import("../../programme/watch/check-watch.ts");
    const { recordCheck } = await import("../../programme/watch/watch-records.ts");
    const { answerFromState, programmeName } = await import("../../programme/state/with-state.ts");
    const { checkText } = await import("../../watch/check-text.ts");
    const { check, webhook } = await checkWatch(io.cwd, name, io.now().getTime());
    const body = { programme: programmeName(io.cwd), check };
    const answer = await answerFromState(
      { programmeDir: io.cwd, env: io.env, now: io.now },
      {
        local: (store) => recordCheck(store, body),
        path: "/watch/checks",
        body,
        isLong: true,
        output: RecordedCheck,
        creates: true,
      },
    );
    const raised = answer.check.alarms.filter(({ id }) => answer.raised.includes(id));
    if (webhook !== undefined && raised.length > 0) {
      const { postAlarms } = await import("../../programme/watch/post-alarms.ts");
      const problem = await postAlarms(webhook, raised);
      if (problem !== undefined) io.note(`the webhook rejected the alarm: ${problem}`);
    }
    const open = answer.check.signals.filter(({ state }) => state === "alarm").length;
    const [first] = answer.check.alarms;
    return {
      json: answer,
      text: () => checkText(answer.check),
      ...(open === 0 ? {} : { failed: `${counted(open, "signal")} in alarm` }),
      next: open > 0 && first !== undefined ? commandLine(["watch", "queue", name]) : commandLine(["watch", "plan"]),
    };
  },
});
