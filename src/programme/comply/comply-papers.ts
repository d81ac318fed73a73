import type { CycloneDxVersion } from "../../comply/ml-bom.ts";
import { Failure } from "../../base/failure.ts";
import { PAPER_IDS, paperTemplate, type PaperId } from "../../catalog/compliance-papers.ts";
import type { ComplianceReport } from "../../domain/compliance.ts";
import type { CompliancePaper } from "../../domain/compliance-paper.ts";
import type { DataReport } from "../../domain/data-report.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import type { DatasheetFact } from "../../domain/datasheet.ts";
import { evaluationIds, readResult } from "../evaluate/evaluation-folder.ts";
import { dataReport } from "../data-report/data-report.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import { type ComplianceView, type ComplyOptions, complyShow } from "./comply-show.ts";
import { factAnswers } from "./fact-answers.ts";
import { type ProgrammeBom, programmeBom } from "./programme-bom.ts";
import { hipaaAnswers, hipaaWithoutRun } from "./hipaa-answers.ts";
import { hipaaStatements } from "./hipaa-statements.ts";
import { memorisationAnswers } from "./memorisation/memorisation-answers.ts";
import { readMemorisation } from "./memorisation/memorisation-file.ts";
import { readApprovals, withApprovals } from "./paper-approvals.ts";
import { withInapplicable } from "./inapplicable-fields.ts";
import { programmeStatements } from "./statements/programme-statements.ts";
import { statedAnswers } from "./stated-answers.ts";
import { type FormatFile, formatFiles } from "./format-files.ts";
import { fillPaper, type PaperAnswer } from "./fill-paper.ts";

/** Input of `comply show`, plus name and version of the program. */
export type PaperOptions = ComplyOptions & {
  tool: string;
  /** Version of CycloneDX; default: 1.7. */
  bomVersion?: CycloneDxVersion | undefined;
};

/** Result of `comply papers`. */
export type ProgrammePapers = {
  papers: CompliancePaper[];
  bom: ProgrammeBom;
  report: ComplianceReport;
  /** The papers in formats of others, with the verdict on each. */
  formats: FormatFile[];
};

/**
 * The papers of a programme, filled from `programme.yaml`, `compliance.yaml` and the last data run: datasheet and model
 * card; Annexes XI and XII unless the owner is not a provider of a general-purpose model; drafts of the record and the
 * impact assessment of the GDPR unless it does not apply; a bill of materials as CycloneDX; the public summary of
 * training content unless the programme is outside the scope of the AI Act; the HIPAA report on de-identification
 * unless HIPAA does not apply.
 *
 * @throws Failure as `complyShow`
 */
export async function complyPapers(dir: string, options: PaperOptions): Promise<ProgrammePapers> {
  return papersOf(dir, await complyShow(dir, options), options);
}

/** The papers of a programme whose duties are known. */
export async function papersOf(dir: string, view: ComplianceView, options: PaperOptions): Promise<ProgrammePapers> {
  const { report, loaded } = view;
  const data = await lastData(dir, options);
  const evaluations = await finishedEvaluations(dir);
  const answers = new Map([
    ...programmeAnswers(loaded),
    ...datasheetAnswers(data),
    ...(data === null ? hipaaWithoutRun() : hipaaAnswers(data)),
    ...hipaaStatements(view),
    ...factAnswers(view, evaluations),
    ...memorisationAnswers(await readMemorisation(dir)),
    ...statedAnswers(view.answers),
  ]);
  const stated = new Map(programmeStatements(view, evaluations, options.on));
  const filled = withInapplicable(new Map([...stated, ...known(answers, stated)]));
  const isRuledOut = (role: string): boolean => report.roles.find(({ id }) => id === role)?.answer === "no";
  const outside = (id: PaperId): boolean => (RULED_OUT_BY[id] ?? []).some(isRuledOut);
  const ids = PAPER_IDS.filter((id) => !outside(id));
  const papers = withApprovals(
    ids.map((id) => fillPaper(paperTemplate(id), filled, { programme: report.programme, on: options.on })),
    await readApprovals(dir),
  );
  const { owner = null, model } = loaded.programme;
  return {
    report,
    papers,
    formats: formatFiles(papers, { tool: options.tool, owner, base: model.base }),
    bom: await programmeBom(view, data, options),
  };
}

/** Answers, and the reasons for empty fields; a statement in the plan replaces a reason. */
function known(answers: ReadonlyMap<string, PaperAnswer>, stated: ReadonlyMap<string, PaperAnswer>) {
  return [...answers].filter(([field, { answer }]) => answer !== null || !stated.has(field));
}

/** Roles that exclude a paper if their answer is no. */
const RULED_OUT_BY: Readonly<Partial<Record<PaperId, readonly string[]>>> = {
  "public-summary": ["scope"],
  "copyright-policy": ["scope"],
  "art50-marking": ["scope"],
  "annex-xi": ["scope", "gpai-provider"],
  "annex-xii": ["scope", "gpai-provider"],
  "model-documentation": ["scope", "gpai-provider"],
  "gdpr-art30": ["gdpr"],
  dpia: ["gdpr"],
  "hipaa-deid": ["hipaa"],
};

async function finishedEvaluations(dir: string): Promise<EvaluationResult[]> {
  return Promise.all((await evaluationIds(dir)).map((id) => readResult(dir, id)));
}

/** Answers from `programme.yaml` to fields of papers. */
function programmeAnswers({ programme, place }: LoadedProgramme): [string, PaperAnswer][] {
  const { name, description, owner, model, task } = programme;
  const say = (fields: readonly string[], answer: string | undefined, path: string): [string, PaperAnswer][] =>
    answer === undefined || answer === ""
      ? []
      : fields.map((field) => [field, { answer, from: place(path.split(".")) }]);
  return [
    ...say(["HFM.model_id", "HFM.y.model_name", "PST.1.2.names"], name, "name"),
    ...say(["HD.1.programme"], description === "" ? name : `${name}: ${description}`, "name"),
    ...say(["HFM.model_summary", "HFM.model_description"], description, "description"),
    ...say(["HFM.developers", "PST.1.1.provider", "DS.Main.1", "HD.1.owner", "R30.1.a"], owner, "owner"),
    ...say(["HFM.base_model", "HFM.y.base_model", "PST.1.2.deps"], model.base, "model.base"),
    ...say(["HFM.direct_use"], task.kind, "task.kind"),
  ];
}

/** Report on the last data run; null if there was none. */
async function lastData(dir: string, options: PaperOptions): Promise<DataReport | null> {
  const { on, hubCache, tool, onStep = () => undefined } = options;
  try {
    return await dataReport(dir, { on, hubCache, tool, onStep });
  } catch (error) {
    if (error instanceof Failure && error.kind === "not_found") return null;
    throw error;
  }
}

/** Answers from the last data run to fields of papers, or why they are empty. */
function datasheetAnswers(data: DataReport | null): [string, PaperAnswer][] {
  const byField = new Map<string, DatasheetFact[]>();
  for (const fact of data?.datasheet ?? [])
    for (const field of fact.papers) byField.set(field, [...(byField.get(field) ?? []), fact]);
  return [...byField].map(([field, told]) => {
    const known = told.filter(({ answer }) => answer !== null);
    if (known.length === 0) return [field, { answer: null, from: told.map(({ supply }) => supply).join("; ") }];
    const answer = known.map((fact) => fact.answer).join("; ");
    return [field, { answer, from: known.map(({ id, basis }) => `${id} (${basis})`).join(", ") }];
  });
}
