import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { AuditView, EvidenceExcerpt, ExcerptRequest } from "../../domain/audit-view.ts";
import { maskedLine } from "../masked-line.ts";
import type { RestApi } from "../rest-api.ts";
import { folderOf } from "./folder-of.ts";

const Programme = z.string().optional().describe("Name of a programme; default: the first");

/** The audit of a programme: show the last one, run it again, open its evidence. */
export function addAuditRoutes(api: RestApi): void {
  const { store, env, now, programmes, pricesOf, version } = api.context;
  api.add("get /audit", {
    summary: "Show the last audit of a programme, and where its evidence can be opened",
    request: z.strictObject({ programme: Programme }),
    response: AuditView,
    answer: async ({ programme }) => {
      const { auditView } = await import("../../programme/audit/audit-view.ts");
      return auditView(folderOf(api.context, programme));
    },
  });
  api.add("post /audit", {
    summary: "Audit a programme and write audit.html, audit.md and audit.json into its report folder",
    request: z.strictObject({
      programme: Programme,
      seed: z.int().min(0).default(1).describe("Seed of samples and draws"),
    }),
    response: AuditView,
    answer: async ({ programme, seed }) => {
      const { auditAgain } = await import("../../programme/audit/audit-view.ts");
      return auditAgain(folderOf(api.context, programme), {
        shownDir: ".",
        on: isoDay(now()),
        tool: `Tunewright ${version}`,
        seed,
        env,
        now,
        open: { store, pricing: { programmes, pricesOf, now } },
        onStep: () => undefined,
      });
    },
  });
  api.add("get /audit/evidence", {
    summary: "Show the lines around a place that the last audit cites; secrets are withheld",
    request: ExcerptRequest,
    response: EvidenceExcerpt,
    answer: async ({ programme, ...request }) => {
      const { evidenceExcerpt } = await import("../../programme/audit/evidence-excerpt.ts");
      const excerpt = await evidenceExcerpt(folderOf(api.context, programme), request);
      return { ...excerpt, lines: excerpt.lines.map(maskedLine) };
    },
  });
}
