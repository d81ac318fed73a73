import * as z from "zod";

import { isoDay } from "../../base/clock.ts";
import { PaperApproval } from "../../domain/paper-approval.ts";
import { PaperFormat, PaperList, ReadApproval } from "../../domain/paper-list.ts";
import type { ProgrammePapers } from "../../programme/comply/comply-papers.ts";
import { signedBy } from "../access/signed-by.ts";
import type { ServerContext } from "../context.ts";
import type { RestApi } from "../rest-api.ts";
import { folderOf } from "./folder-of.ts";
import { REPORT_HEADERS } from "./report-headers.ts";

const Programme = z.string().optional().describe("Name of a programme; default: the first");

const MEDIA_TYPES: Readonly<Record<PaperFormat, string>> = {
  html: "text/html; charset=utf-8",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  md: "text/markdown; charset=utf-8",
  json: "application/json",
};

/** The current papers of a programme, with its folder. */
async function papersOf(
  context: ServerContext,
  programme: string | undefined,
): Promise<ProgrammePapers & { dir: string }> {
  const { store, now, programmes, pricesOf, version } = context;
  const dir = folderOf(context, programme);
  const { recordedIn } = await import("../../programme/comply/recorded-training.ts");
  const { complyPapers } = await import("../../programme/comply/comply-papers.ts");
  const recorded = await recordedIn(store, { programmes, pricesOf, now }, now().getTime());
  return { dir, ...(await complyPapers(dir, { on: isoDay(now()), recorded, tool: `Tunewright ${version}` })) };
}

/** The papers of a programme: list, read, download, approve. */
export function addPaperRoutes(api: RestApi): void {
  api.add("get /comply/papers", {
    summary: "List the papers of a programme with the share that is filled, their hash and their last approval",
    request: z.strictObject({ programme: Programme }),
    response: PaperList,
    answer: async ({ programme }) => {
      const { papers, report } = await papersOf(api.context, programme);
      return {
        programme: report.programme,
        on: report.on,
        papers: papers.map(({ id, title, version: template, filled, sha256, fields, withheld, approval }) => ({
          id,
          title,
          version: template,
          filled,
          sha256,
          fields: fields.length,
          withheld: withheld.length,
          approval,
        })),
      };
    },
  });
  api.addRaw("get /comply/papers/{paper}", {
    summary: "Read or download a paper of a programme: as a page, Word, Markdown or JSON",
    request: z.strictObject({
      paper: z.string().describe("Name of the paper, such as dpia"),
      format: PaperFormat.default("html"),
      programme: Programme,
    }),
    mediaType: "application/octet-stream",
    answer: async ({ paper: id, format, programme }) => {
      const { papers } = await papersOf(api.context, programme);
      const { noPaper } = await import("../../programme/comply/paper-approvals.ts");
      const paper = papers.find((candidate) => candidate.id === id);
      if (paper === undefined) throw noPaper(id, papers);
      const { paperFile } = await import("../../programme/comply/paper-files.ts");
      return new Response(await paperFile(paper, format), {
        headers: {
          ...REPORT_HEADERS,
          "content-type": MEDIA_TYPES[format],
          ...(format === "html" ? {} : { "content-disposition": `attachment; filename="${id}.${format}"` }),
        },
      });
    },
  });
  api.add("post /comply/papers/{paper}/approvals", {
    summary: "Approve a paper as it was read: who, when, and its hash; refused if the paper has changed",
    request: ReadApproval,
    response: PaperApproval,
    answer: async ({ programme, ...request }, c) => {
      const by = signedBy(c, request.by);
      const { dir, papers } = await papersOf(api.context, programme);
      const { approvePaper } = await import("../../programme/comply/paper-approvals.ts");
      return approvePaper(dir, papers, { request: { ...request, by }, now: api.context.now });
    },
  });
}
