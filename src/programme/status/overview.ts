import { stat } from "node:fs/promises";
import { basename, join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { readText } from "../../base/read-text.ts";
import type { ProgrammeIntent, ProgrammeOverview, StudyBrief, WrittenReport } from "../../domain/programme-overview.ts";
import type { Study } from "../../domain/study.ts";
import { dataReportPaths } from "../folder/data-report-paths.ts";
import { REPORT_FOLDER } from "../folder/report-folder.ts";
import { readProgramme } from "../reading/read-programme.ts";
import { readStudy } from "../study/read-study.ts";
import { programmeStatus } from "./status.ts";

/** Largest report that is shown, bytes. */
const MAX_REPORT_BYTES = 32 * 2 ** 20;

/**
 * Overview of a programme, for its page.
 *
 * @param on  today
 * @throws Failure not_found if the folder contains no programme
 */
export async function programmeOverview(dir: string, on: string): Promise<ProgrammeOverview> {
  const report = join(dir, REPORT_FOLDER);
  const [status, intent, study, reports] = await Promise.all([
    programmeStatus(dir, { shown: ".", report, on }),
    readIntent(dir, on),
    readStudy(report),
    writtenReports(dir),
  ]);
  return {
    programme: basename(dir),
    intent,
    status: { ...status, dir: basename(dir) },
    study: study === undefined || "problem" in study ? null : brief(study.study),
    reports,
  };
}

/**
 * The HTML page of a report, unchanged.
 *
 * @throws Failure not_found if there is none
 */
export async function reportPage(dir: string, kind: WrittenReport["kind"]): Promise<string> {
  return readText(reportPath(dir, kind), { maxBytes: MAX_REPORT_BYTES, shown: `${REPORT_FOLDER}/${kind}.html` });
}

function reportPath(dir: string, kind: WrittenReport["kind"]): string {
  const folder = join(dir, REPORT_FOLDER);
  return kind === "study" ? join(folder, "study.html") : dataReportPaths(folder).html;
}

async function writtenReports(dir: string): Promise<WrittenReport[]> {
  const found = await Promise.all(
    (["study", "data"] as const).map(async (kind) => {
      const facts = await stat(reportPath(dir, kind)).catch(() => undefined);
      return facts?.isFile() === true ? [{ kind, writtenAt: facts.mtime.toISOString() }] : [];
    }),
  );
  return found.flat();
}

/** Contents of programme.yaml; null if it cannot be read, which the status explains. */
async function readIntent(dir: string, on: string): Promise<ProgrammeIntent | null> {
  try {
    const { programme } = await readProgramme(dir, on);
    return {
      description: programme.description,
      owner: programme.owner ?? null,
      task: programme.task.kind,
      baseModel: programme.model.base,
      method: programme.training.method ?? null,
    };
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

function brief(study: Study): StudyBrief {
  const { verdict, reasons, conditions, decisions, generatedOn, training, chosenFleet, cost, payback } = study;
  return {
    verdict,
    reasons,
    conditions,
    decisions,
    generatedOn,
    method: training.method,
    fleet: chosenFleet,
    endToEnd: cost.endToEnd,
    training: training.cost,
    paybackMonth: payback.monthWithServing,
  };
}
