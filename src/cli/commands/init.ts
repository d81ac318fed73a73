import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { InitResult, TemplateName } from "../../domain/init-result.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  dir: z.string().default(".").describe("Folder of the new programme; created if it does not exist"),
  from: TemplateName.default("contracts").describe("Kind of programme to start from"),
});

/** `tunewright init`: writes a valid, commented programme to fill in. */
export default defineCommand({
  description:
    "Write a valid, commented programme.yaml, and a few made-up rows that show the format of a dataset. Nothing is overwritten.",
  args: ["dir"],
  options: Options,
  output: InitResult,
  examples: ["init my-programme", "init my-programme --from support"],
  run: async (io, { dir, from }) => {
    const { initProgramme } = await import("../../programme/init/init.ts");
    const result = await initProgramme(resolve(io.cwd, dir), from);
    return {
      json: result,
      text: () => [`Wrote a programme to ${dir}:`, ...result.written.map((path) => `  ${path}`)].join("\n"),
      next: commandLine(["feasibility", dir]),
    };
  },
});
