import { Failure } from "../../base/failure.ts";
import { counted } from "../../base/words.ts";
import { LAW_FROM } from "../../catalog/compliance.ts";
import { flopText } from "../../comply/training-flop.ts";
import type { DatasetProfile } from "../../domain/dataset-profile.ts";
import { programmeTraining } from "../method/programme-training.ts";
import { readAnswers } from "../reading/read-answers.ts";
import { type LoadedProgramme, readProgramme } from "../reading/read-programme.ts";
import { duties, workOf } from "../study/feasibility.ts";
import { complianceReport } from "./compliance-report.ts";
import type { ComplianceView, ComplyOptions } from "./compliance-view.ts";
import type { EvidenceFile } from "./evidence/evidence-file.ts";
import { evidenceFiles } from "./evidence/evidence-files.ts";
import { paperEvidence } from "./evidence/paper-evidence.ts";
import { filledPapers } from "./filled-papers.ts";
import { gatherFacts } from "./gather-facts.ts";
import { readApprovals } from "./paper-approvals.ts";
import { recordFacts } from "./record-facts.ts";
import { type RecordedTraining, recordedTraining } from "./recorded-training.ts";
import { programmeVendors } from "./vendors/programme-vendors.ts";

/**
 * Duties that apply to a programme, with the reason, the day and the available evidence. Not legal advice.
 *
 * @throws Failure bad_input for a day before the law that the catalogue holds, or facts that contradict each other
 */
export async function complyShow(dir: string, options: ComplyOptions): Promise<ComplianceView> {
  const { on, onStep = () => undefined } = options;
  if (on < LAW_FROM) {
    throw new Failure("bad_input", `the requirements are those of ${LAW_FROM} and later, got ${on}`, {
      hint: "omit --on to use today",
    });
  }
  const loaded = await readProgramme(dir);
  const answers = await readAnswers(dir);
  onStep("estimating the planned compute");
  const { training, curation, datasets } = await programmeTraining(loaded, { on, hubCache: options.hubCache });
  const rowsOnHand = trainedRows(loaded, datasets);
  const delta = duties({ loaded, training, planned: workOf(loaded, training, 1), on });
  const recorded = options.recorded ?? (await recordedTraining(dir, options.state));
  const facts = gatherFacts(loaded, answers, {
    on,
    rowsOnHand,
    // The bound includes the error of 30 % that the rule adds by itself.
    ...modification(delta.upperFlop === null ? null : delta.upperFlop / 1.3, recorded, {
      plannedRuns: training.runs,
      prior: loaded.programme.compliance.priorTrainingFlop,
    }),
    proved: recordFacts({ vendors: answers.vendors, jobs: recorded.jobs, curation }),
    personalDataScanned: curation === null || curation.state === "stale" ? null : curation.personalData !== null,
  });
  onStep("collecting evidence");
  const vendors = await programmeVendors(dir, answers, recorded.billed);
  const { jobs, releases, access } = recorded;
  const { deletionsHead } = options;
  const records = { jobs, releases, vendors, access, deletionsHead };
  const files = await evidenceFiles({ loaded, on, answers, curation, ...records });
  const inputs = { programme: loaded.programme.name, on, facts, vendors, answers };
  const view = { report: complianceReport({ ...inputs, files }), files, loaded, answers, training, rowsOnHand };
  const approved = await approvedPapers(dir, view, options);
  if (approved.length === 0) return view;
  const all = [...files, ...approved];
  return { ...view, files: all, report: complianceReport({ ...inputs, files: all }) };
}

/** Valid rows of the listed files that are trained on. */
function trainedRows({ programme }: LoadedProgramme, datasets: readonly DatasetProfile[]): number {
  const trained = programme.data.files.filter(({ role }) => role !== "eval" && role !== "replay");
  const paths = new Set(trained.map(({ path }) => path));
  return datasets.reduce((sum, { path, validRows }) => sum + (paths.has(path) ? validRows : 0), 0);
}

/** Evidence of approved papers. Papers do not depend on evidence, so they are filled first if any was approved. */
async function approvedPapers(dir: string, view: ComplianceView, options: ComplyOptions): Promise<EvidenceFile[]> {
  if ((await readApprovals(dir)).length === 0) return [];
  options.onStep?.("comparing the papers with their approvals");
  const { papers } = await filledPapers(dir, view, { ...options, tool: "" });
  return paperEvidence(papers);
}

/**
 * The larger of planned and recorded compute, so that an outdated plan does not reduce the result. It is unknown if runs
 * recorded neither FLOP nor GPU-hours and the plan does not cover them: without a plan, or if more runs were logged than
 * are planned.
 */
function modification(
  planned: number | null,
  { flop, runs, bounded, silent }: RecordedTraining,
  { plannedRuns, prior }: { plannedRuns: number; prior: number },
): { modificationFlop: number | null; flopSource: string } {
  const total = runs + bounded + silent;
  const how = [
    runs === 0 ? "" : `${counted(runs, "run")} by total_flos`,
    bounded === 0 ? "" : `${counted(bounded, "run")} by GPU-hours at half the GPU's peak`,
  ].filter((words) => words !== "");
  const recorded = how.length === 0 ? "" : `recorded: ${flopText(flop)} FLOP (${how.join(", ")})`;
  const without = silent === 0 ? "" : `${counted(silent, "run")} logged neither FLOP nor the GPU and its hours`;
  const sourceWords = (first: string): string => [first, recorded, without].filter((words) => words !== "").join("; ");
  if (planned === null) {
    const isKnown = how.length > 0 && silent === 0;
    return { modificationFlop: isKnown ? flop + prior : null, flopSource: sourceWords("the plan gives no compute") };
  }
  if (silent > 0 && total > plannedRuns) {
    const first = `${counted(total, "run")} logged, ${plannedRuns} planned, so the plan does not cover all`;
    return { modificationFlop: null, flopSource: sourceWords(first) };
  }
  return {
    modificationFlop: Math.max(planned, flop + prior),
    flopSource: sourceWords(
      "upper estimate of all planned training (larger of 6PD and hardware), earlier runs included",
    ),
  };
}
