import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { ProgrammeOverview } from "../../domain/programme-overview.ts";
import { mustReadContent } from "../access/guard-access.ts";
import type { RestApi } from "../rest-api.ts";
import { folderOf } from "./folder-of.ts";
import { REPORT_HEADERS } from "./report-headers.ts";

const Name = z.string().optional().describe("Name of a programme; default: the first");

/** Status of a programme, and its reports. */
export function addProgrammeRoutes(api: RestApi): void {
  api.add("get /programme", {
    summary: "Show the state of a programme: steps, a summary of its study, reports, the next step",
    request: z.strictObject({ programme: Name }),
    response: ProgrammeOverview,
    answer: async ({ programme }) => {
      const { programmeOverview } = await import("../../programme/status/overview.ts");
      return programmeOverview(folderOf(api.context, programme), isoDay(api.context.now()));
    },
  });
  api.addRaw("get /programme/reports/{kind}", {
    summary: "Show a report of a programme as a page: the study or the data report",
    request: z.strictObject({ kind: z.string().describe("study or data"), programme: Name }),
    mediaType: "text/html",
    answer: async ({ kind, programme }, c) => {
      const known = z.enum(["study", "data"]).safeParse(kind);
      if (!known.success) {
        throw new Failure("not_found", `no report is named ${kind}`, { hint: "choose study or data" });
      }
      if (known.data === "data") mustReadContent(c); // it quotes rows
      const { reportPage } = await import("../../programme/status/overview.ts");
      const page = await reportPage(folderOf(api.context, programme), known.data);
      return new Response(page, { headers: REPORT_HEADERS });
    },
  });
}
