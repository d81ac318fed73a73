import { resolve } from "node:path";

import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { ProgrammeStatus } from "../../domain/programme-status.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  dir: z.string().default(".").describe("Programme folder"),
  report: z.string().optional().describe("Folder for the study; default: report in the programme folder"),
});

/** `tunewright status`: shows the state of a programme and what to do next. */
export default defineCommand({
  description:
    "Show the state of a programme: whether programme.yaml is valid, its datasets are scanned, and its study and budget are up to date; and maintenance of the saved plan that is due or overdue.",
  args: ["dir"],
  options: Options,
  output: ProgrammeStatus,
  examples: ["status my-programme", "status my-programme --report report"],
  run: async (io, { dir, report }) => {
    const { programmeStatus } = await import("../../programme/status/status.ts");
    const { REPORT_FOLDER } = await import("../../programme/folder/report-folder.ts");
    const { statusText } = await import("../../programme/status/status-text.ts");
    const folder = resolve(io.cwd, dir);
    const status = await programmeStatus(folder, {
      shown: dir,
      report: report === undefined ? resolve(folder, REPORT_FOLDER) : resolve(io.cwd, report),
      on: isoDay(io.now()),
    });
    return { json: status, text: () => statusText(status), next: status.next };
  },
});
