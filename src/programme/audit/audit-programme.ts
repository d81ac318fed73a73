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
import { migrationTotal } from "../watch/plan-migration.ts";
import { dutyFacts } from "./duty-facts.ts";
import { findSecrets } from "./find-secrets.ts";
import { foreignFacts } from "./foreign-facts.ts";
import { gateFacts } from "./gate-facts.ts";
import { hostedModels } from "./hosted-models.ts";
import { loraComparison, rentalOptions } from "./rental-options.ts";
import { scoreContrasts } from "./score-contrasts.ts";
import { compareFiles } from "./shared-rows.ts";
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
  const loaded = await readProgramme(dir, on, { mayMissFiles: true });
  const study = await feasibility(loaded, { ...options, exact: false });
  options.onStep("gathering facts for the rules");
  const facts = await auditFacts(loaded, study, options);
  return {
    version: 1,
    tool,
    programme: loaded.programme.name,
    on,
    programmeSha256: loaded.sha256,
    missingFiles: [...(loaded.gone ?? [])],
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
  const evaluations = await Promise.all(ids.map((id) => readResult(dir, id)));
  const lock = await readTestsetLock(dir);
  const assumption = assumptionsWith(programme.assumptions);
  const fromState = await stateFacts(dir, { ...options, evaluations, assumption });
  const digests = new Set(fromState.state.jobs.map(({ datasetDigest }) => datasetDigest));
  const { trained, problem, hits } = await trainedVersion(dir, { digests, lock, evaluations });
  const foreign = await foreignFacts(loaded);
  return {
    programme,
    gone: loaded.gone ?? [],
    study,
    place,
    shownDir: options.shownDir,
    lora: await loraComparison(loaded, study),
    rentals: await rentalOptions(loaded, study),
    quotedShape: programme.quoted ? quotedShape(programme.quoted, assumption) : null,
    evaluations,
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
    hosted: await hostedModels(loaded),
    migration: migrationTotal(study.cost),
    ...fromState,
    trained: trained ?? foreign?.trained ?? null,
    trainedProblem: problem,
    contrasts: [...(await scoreContrasts(dir, { evaluations, hits, lock })), ...(foreign?.contrasts ?? [])],
    ...(await compareFiles(loaded)),
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
