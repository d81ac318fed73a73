import { commandLine } from "../../base/command-line.ts";
import { ReplayRequest, ReplaySet } from "../../domain/replay-request.ts";
import { defineCommand } from "../command.ts";

/** `tunewright eval replay`: writes the replay set of a month. */
export default defineCommand({
  description:
    "Make a replay set from production requests: 1,000 to 5,000 prompts, drawn by strata, with personal data replaced by stable surrogates and without near-duplicates, frozen as one version per month. Answers are not stored. The draw depends on the seed and the prompts, not on the order of the rows.",
  args: ["file"],
  options: ReplayRequest,
  output: ReplaySet.describe("what was frozen, and every request that was dropped, by reason"),
  examples: ["eval replay requests.jsonl --by QA --stratum model"],
  run: async (io, request) => {
    const { makeReplay } = await import("../../programme/replay/make-replay.ts");
    const { replayText } = await import("../../programme/replay/replay-text.ts");
    const set = await makeReplay(io, request);
    return {
      json: set,
      text: () => replayText(set),
      next: commandLine([
        "eval",
        "init",
        "replay",
        "--set",
        set.dir,
        "--role",
        "replay",
        "--set-name",
        `replay-${set.month}`,
      ]),
    };
  },
});
