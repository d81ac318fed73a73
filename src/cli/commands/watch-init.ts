import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  name: z.string().min(1).describe("Name of the monitor: watch/NAME.yaml"),
});

const InitWatch = z.strictObject({
  path: z.string().describe("The file written"),
  from: z.string().describe("First day of its reference"),
  to: z.string().describe("Last day of its reference"),
});

/** `tunewright watch init NAME`: writes a monitor to start from. */
export default defineCommand({
  description:
    "Write watch/NAME.yaml, a commented monitor whose reference is the first half of the imported weeks: at least 8 and at most 12.",
  args: ["name"],
  options: Options,
  output: InitWatch,
  examples: ["watch init support"],
  run: async (io, { name }) => {
    const { initWatch } = await import("../../programme/watch/init-watch.ts");
    const answer = await initWatch(io.cwd, name, io.now().getTime());
    return {
      json: answer,
      text: () => `wrote ${answer.path}: reference ${answer.from} to ${answer.to}`,
      next: commandLine(["watch", "check", name]),
    };
  },
});
