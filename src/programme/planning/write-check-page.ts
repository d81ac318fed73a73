import { basename, resolve } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { isoDay } from "../../base/clock.ts";
import type { Context } from "../../base/context.ts";
import type { EstimateCheck } from "../../domain/estimate-check.ts";
import { parityBlock, sourcesBlock } from "../../plan/check/check-charts.ts";
import { checkDocument } from "../../plan/check/check-document.ts";
import type { Section } from "../../report/document.ts";
import { htmlPage } from "../../report/html.ts";

/** Context of a check's page: file, program, and specific sections if any. */
type CheckPage = {
  check: EstimateCheck;
  about: { kind: "training" | "serving"; file: string; tool: string; sections?: readonly Section[] };
};

/** Writes the HTML page of a check: parity plots, residuals by source and cell, the worst rows. */
export async function writeCheckPage(
  { cwd, now, note }: Pick<Context, "cwd" | "now" | "note">,
  html: string,
  { check, about }: CheckPage,
): Promise<void> {
  const page = {
    ...about,
    file: basename(about.file),
    generatedOn: isoDay(now()),
    charts: { parity: parityBlock, sources: sourcesBlock },
  };
  await atomicWrite(resolve(cwd, html), htmlPage(checkDocument(check, page)));
  note(`wrote ${html}`);
}
