import { Failure } from "../../base/failure.ts";
import { counted } from "../../base/words.ts";
import { complianceCatalogue, LAW_FROM } from "../../catalog/compliance.ts";
import { datesFrom } from "../../comply/ai-act-dates.ts";
import { applicable, questions } from "../../comply/applicable.ts";
import { flopText } from "../../comply/training-flop.ts";
import { complianceRoles } from "../../comply/roles.ts";
import type { ComplianceAnswers } from "../../domain/compliance-answers.ts";
import type { AppliedRequirement, ComplianceReport, KnownFact } from "../../domain/compliance.ts";
import type { VendorChain } from "../../domain/vendor-chain.ts";
import { programmeTraining } from "../method/programme-training.ts";
import { type LoadedProgramme, readProgramme } from "../reading/read-programme.ts";
import type { TrainingEstimate } from "../training-plan/training-estimate.ts";
import { duties, workOf } from "../study/feasibility.ts";
import { isOutsideAct } from "./act-scope.ts";
import type { EvidenceFile } from "./evidence/evidence-file.ts";
import { evidenceFiles } from "./evidence/evidence-files.ts";
import { evidenceOf, isOverdue } from "./evidence/evidence-of.ts";
import { gatherFacts } from "./gather-facts.ts";
import { recordFacts } from "./record-facts.ts";
import { type RecordedTraining, recordedTraining, type StateOptions } from "./recorded-training.ts";
import { readAnswers } from "../reading/read-answers.ts";
import { programmeVendors } from "./vendors/programme-vendors.ts";

/** Context of `comply show`. */
export type ComplyOptions = {
  /** Day of the answer, `YYYY-MM-DD`. */
  on: string;
  hubCache?: string | undefined;
  /** Database of runs and jobs; default: they are not examined. */
  state?: StateOptions | undefined;
  /** Completed training, if already known; default: from the state. */
  recorded?: RecordedTraining | undefined;
  onStep?: (step: string) => void;
};

/** A programme with its compliance report, the evidence files, and people's answers. */
export type ComplianceView = {
  report: ComplianceReport;
  files: EvidenceFile[];
  loaded: LoadedProgramme;
  answers: ComplianceAnswers;
  /** The run of the method that is costed. */
  training: TrainingEstimate;
};

/** Facts from which a derived fact follows; these are asked for instead. */
const DERIVED_FROM: ReadonlyMap<string, readonly string[]> = new Map([
  ["gpai.isProvider", ["base.upstreamExcludesEU", "gpai.trainedFromScratch", "run.modificationFlop"]],
  ["gpai.isSystemicProvider", ["base.systemicRisk", "base.upstreamExcludesEU"]],
  ["gpai.modifierIsProvider", ["run.modificationFlop"]],
  ["dist.fossExempt", ["dist.fossLicence", "dist.monetised", "dist.weightsArchUsagePublic"]],
]);

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
  const { training, curation } = await programmeTraining(loaded, { on, hubCache: options.hubCache });
  const delta = duties({ loaded, training, planned: workOf(loaded, training, 1), on });
  const recorded = options.recorded ?? (await recordedTraining(dir, options.state));
  const facts = gatherFacts(loaded, answers, {
    on,
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
  const { jobs, releases } = recorded;
  const files = await evidenceFiles({ loaded, on, answers, curation, jobs, releases, vendors });
  return { report: reportOf(loaded, { on, facts, files, vendors, answers }), files, loaded, answers, training };
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
  const told = (first: string): string => [first, recorded, without].filter((words) => words !== "").join("; ");
  if (planned === null) {
    const isKnown = how.length > 0 && silent === 0;
    return { modificationFlop: isKnown ? flop + prior : null, flopSource: told("the plan gives no compute") };
  }
  if (silent > 0 && total > plannedRuns) {
    const first = `${counted(total, "run")} logged, ${plannedRuns} planned, so the plan does not cover all`;
    return { modificationFlop: null, flopSource: told(first) };
  }
  return {
    modificationFlop: Math.max(planned, flop + prior),
    flopSource: told("upper estimate of all planned training (larger of 6PD and hardware), earlier runs included"),
  };
}

function reportOf(
  loaded: LoadedProgramme,
  input: {
    on: string;
    facts: Map<string, KnownFact>;
    files: readonly EvidenceFile[];
    vendors: VendorChain;
    answers: ComplianceAnswers;
  },
): ComplianceReport {
  const { on, facts, files, vendors, answers } = input;
  const catalogue = complianceCatalogue();
  const values = new Map([...facts].map(([id, fact]) => [id, fact.value]));
  const found = applicable(catalogue.requirements, values, on);
  const requirements = found.map(({ requirement, applies, from, dependsOn }): AppliedRequirement => {
    const { id, framework, kind, title, ref, summary, verification, fromRecords, note } = requirement;
    const evidence = evidenceOf(requirement, files, answers.requests);
    return {
      id,
      framework,
      kind,
      title,
      ref,
      summary,
      applies,
      from,
      dependsOn,
      verification,
      fromRecords,
      evidence,
      caveat: note,
    };
  });
  const applying = requirements.filter(({ applies }) => applies === "yes");
  const asked = applying.flatMap(({ evidence }) => evidence);
  const roles = complianceRoles(facts);
  // A programme outside the scope of the EU AI Act has none of its dates.
  const isOutside = isOutsideAct(roles);
  const used = new Set(found.map(({ requirement }) => requirement.source));
  return {
    programme: loaded.programme.name,
    on,
    law: `Regulation (EU) 2024/1689 as amended by Regulation (EU) 2026/1744, in force since ${LAW_FROM}; catalogue of 25 November 2026`,
    roles,
    requirements,
    counts: {
      known: catalogue.requirements.length,
      applying: applying.length,
      obligations: applying.filter(({ kind }) => kind === "obligation").length,
      later: requirements.filter(({ applies }) => applies === "later").length,
      unknown: requirements.filter(({ applies }) => applies === "unknown").length,
      generalKnowledge: requirements.filter(({ verification }) => verification === "general").length,
      evidenceFound: asked.filter(({ state }) => state === "found").length,
      evidenceAsked: asked.length,
      overdue: asked.filter((item) => isOverdue(item, on)).length,
    },
    facts: [...facts.values()],
    questions: questions(found, catalogue.facts, DERIVED_FROM),
    vendors,
    deadlines: isOutside ? [] : datesFrom(on),
    sources: Object.fromEntries(Object.entries(catalogue.sources).filter(([id]) => used.has(id))),
  };
}
