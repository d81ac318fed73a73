import { basename } from "node:path";

import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { ComplianceReport } from "../../domain/compliance.ts";
import type { RestApi } from "../rest-api.ts";

/** Duties of a programme: read only. */
export function addComplyRoutes(api: RestApi): void {
  const { store, now, programmes, programmeDirs, pricesOf } = api.context;
  api.add("get /comply", {
    summary: "Show the duties that apply to a programme: roles, requirements with their evidence, questions, dates",
    request: z.strictObject({
      programme: z.string().optional().describe("Name of a programme; default: the first"),
    }),
    response: ComplianceReport,
    answer: async ({ programme = programmes[0] ?? "" }) => {
      const dir = programmeDirs.find((each) => basename(each) === programme);
      if (dir === undefined) {
        throw new Failure("not_found", `this server has no programme ${programme}`, {
          hint:
            programmeDirs.length === 0
              ? "start it with a programme folder: tunewright serve DIR"
              : `one of ${programmes.join(", ")}`,
        });
      }
      const { complyShow } = await import("../../programme/comply/comply-show.ts");
      const { recordedIn } = await import("../../programme/comply/recorded-training.ts");
      const recorded = await recordedIn(store, { programmes, pricesOf, now }, now().getTime());
      return (await complyShow(dir, { on: isoDay(now()), recorded })).report;
    },
  });
}
