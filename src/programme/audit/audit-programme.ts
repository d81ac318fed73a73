import { auditAnswers } from "../../audit/audit-rules.ts";
import type { AuditFacts } from "../../audit/facts.ts";
import { THRESHOLDS } from "../../audit/thresholds.ts";
import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { assumptionsWith } from "../../catalog/assumptions.ts";
import { lifecycleOf } from "../../catalog/model-lifecycle.ts";
import type { Audit } from "../../domain/audit.ts";
import type { Study } from "../../domain/study.ts";
import { quotedShape } from "../../plan/reconcile/quoted-findings.ts";
import { type RecordedTraining, recordedIn } from "../comply/recorded-training.ts";
import { checkSets } from "../evaluate/check-set.ts";
import { evaluationIds, readResult } from "../evaluate/evaluation-folder.ts";
import { readTestsetLock } from "../folder/testset-lock.ts";
import { type LoadedProgramme, readProgramme } from "../reading/read-programme.ts";
import { feasibility } from "../study/feasibility.ts";
import { dutyFacts } from "./duty-facts.ts";
import { findSecrets } from "./find-secrets.ts";
import { foreignFacts } from "./foreign-facts.ts";
import { gateFacts } from "./gate-facts.ts";
import { loraComparison, rentalOptions } from "./rental-options.ts";
import { type OpenState, stateFacts } from "./state-facts.ts";
import { trainedVersion } from "./trained-version.ts";

/** Context of an audit. */
export type AuditOptions = {
  /** The folder as written by the user, for suggested commands. */
  shownDir: string;
  /** Today, YYYY-MM-DD. */
  on: string;
  tool: string;
  seed: number;
  env: Readonly<Record<string, string | undefined>>;
  now: Clock;
  hubCache?: string | undefined;
  /** The state if it is already open, as in the server that owns it; default: the state is looked up. */
  open?: OpenState | undefined;
  onStep: (step: string, fraction?: number) => void;
};

/**
 * Audits a programme folder with the ten mistakes of the article and additional rules; each result has its evidence and
 * price.
 *
 * @throws Failure as `readProgramme` and `feasibility`, or if a file that a rule reads is corrupt
 */
export async function auditProgramme(dir: string, options: AuditOptions): Promise<Audit> {
  const { on, tool } = options;
  const loaded = await readProgramme(dir, on);
  const study = await feasibility(loaded, { ...options, exact: false });
  options.onStep("gathering facts for the rules");
  const facts = await auditFacts(loaded, study, options);
  return {
    version: 1,
    tool,
    programme: loaded.programme.name,
    on,
    programmeSha256: loaded.sha256,
    programmeCost: study.cost.endToEnd,
    thresholds: { ...THRESHOLDS },
    answers: auditAnswers(facts),
  };
}

/**
 * Facts for the rules, collected from the folder and the state.
 *
 * @throws Failure if a file that a rule reads is corrupt
 */
export async function auditFacts(loaded: LoadedProgramme, study: Study, options: AuditOptions): Promise<AuditFacts> {
  const { dir, programme, place } = loaded;
  const ids = await evaluationIds(dir);
  const lock = await readTestsetLock(dir);
  const { spend, state } = await stateFacts(dir, options);
  const digests = new Set(state.jobs.map(({ datasetDigest }) => datasetDigest));
  const { trained, problem: trainedProblem } = await trainedVersion(dir, { digests, lock });
  const foreign = await foreignFacts(loaded);
  return {
    programme,
    study,
    place,
    shownDir: options.shownDir,
    lora: await loraComparison(loaded, study),
    rentals: await rentalOptions(loaded, study),
    quotedShape: programme.quoted ? quotedShape(programme.quoted, assumptionsWith(programme.assumptions)) : null,
    evaluations: await Promise.all(ids.map((id) => readResult(dir, id))),
    lock,
    ...(await setsOf(dir, lock !== undefined)),
    ...(await gateFacts(dir)),
    ...(await dutyFacts(dir, {
      on: options.on,
      hubCache: options.hubCache,
      state: options,
      recorded: await recordedBy(options),
    })),
    lifecycle: lifecycleOf(study.model.shapeOf),
    spend,
    state,
    trained: trained ?? foreign?.trained ?? null,
    trainedProblem,
    foreign: foreign?.facts ?? null,
    configuration: await findSecrets(dir),
  };
}

async function setsOf(dir: string, isLocked: boolean): Promise<Pick<AuditFacts, "setChecks" | "setProblem">> {
  if (!isLocked) return { setChecks: [], setProblem: null };
  try {
    return { setChecks: await checkSets(dir), setProblem: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { setChecks: [], setProblem: error.message };
  }
}

/** Recorded training of an open state; undefined if the state is not open. */
async function recordedBy({ open, now }: AuditOptions): Promise<RecordedTraining | undefined> {
  return open === undefined ? undefined : recordedIn(open.store, open.pricing, now().getTime());
}
