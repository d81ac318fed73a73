import { Failure } from "../../base/failure.ts";
import { PAPER_IDS, paperTemplate, type PaperId } from "../../catalog/compliance-papers.ts";
import type { ComplianceRole } from "../../domain/compliance.ts";
import type { CompliancePaper } from "../../domain/compliance-paper.ts";
import type { DataReport } from "../../domain/data-report.ts";
import type { DatasheetFact } from "../../domain/datasheet.ts";
import type { EvaluationResult } from "../../domain/evaluation-result.ts";
import { dataReport } from "../data-report/data-report.ts";
import { evaluationIds, readResult } from "../evaluate/evaluation-folder.ts";
import type { LoadedProgramme } from "../reading/read-programme.ts";
import type { ComplianceView, ComplyOptions } from "./compliance-view.ts";
import { factAnswers } from "./fact-answers.ts";
import { fillPaper, type PaperAnswer } from "./fill-paper.ts";
import { hipaaAnswers, hipaaWithoutRun } from "./hipaa-answers.ts";
import { hipaaStatements } from "./hipaa-statements.ts";
import { withInapplicable } from "./inapplicable-fields.ts";
import { memorisationAnswers } from "./memorisation/memorisation-answers.ts";
import { readMemorisation } from "./memorisation/memorisation-file.ts";
import { readApprovals, withApprovals } from "./paper-approvals.ts";
import { programmeStatements } from "./statements/programme-statements.ts";
import { statedAnswers } from "./stated-answers.ts";

/** The papers of a programme whose duties are known, with their approvals, and the report on its last data run. */
export async function filledPapers(
  dir: string,
  view: ComplianceView,
  options: PaperContext,
): Promise<{ papers: CompliancePaper[]; data: DataReport | null }> {
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
    ids.map((id) => ({
      ...fillPaper(paperTemplate(id), filled, { programme: report.programme, on: options.on }),
      duty: dutyOf(id, report.roles),
    })),
    await readApprovals(dir),
  );
  return { papers, data };
}

/** Context of filling papers. */
type PaperContext = Pick<ComplyOptions, "on" | "hubCache" | "onStep"> & {
  /** Name and version of the program; no paper contains it. */
  tool: string;
};

/** Answers, and the reasons for empty fields; a statement in the plan replaces a reason. */
function known(answers: ReadonlyMap<string, PaperAnswer>, stated: ReadonlyMap<string, PaperAnswer>) {
  return [...answers].filter(([field, { answer }]) => answer !== null || !stated.has(field));
}

/** Articles that ask providers of a general-purpose model for a paper that is written for other programmes too. */
const OF_PROVIDERS: Readonly<Partial<Record<PaperId, string>>> = {
  "public-summary": "Article 53(1)(d)",
  "copyright-policy": "Article 53(1)(c)",
};

/** Whom the law asks for a paper, and whether the programme is one; null if the paper is written for these alone. */
function dutyOf(id: PaperId, roles: readonly ComplianceRole[]): string | null {
  const article = OF_PROVIDERS[id];
  const role = roles.find((each) => each.id === "gpai-provider");
  if (article === undefined || role === undefined) return null;
  const known = {
    yes: "the owner of this programme is one",
    no: "the owner of this programme is none",
    amber: "whether the owner of this programme is one is within the error of the estimate",
    unknown: "whether the owner of this programme is one is not known",
  };
  return `${article} of the AI Act, of providers of general-purpose models; ${known[role.answer]}`;
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
  const { name, description, owner, model } = programme;
  const say = (fields: readonly string[], answer: string | undefined, path: string): [string, PaperAnswer][] =>
    answer === undefined || answer === ""
      ? []
      : fields.map((field) => [field, { answer, from: place(path.split(".")) }]);
  return [
    ...say(["HFM.model_id", "HFM.y.model_name", "PST.1.2.names"], name, "name"),
    ...say(["HD.1.programme"], description === "" ? name : `${name}: ${description}`, "name"),
    ...say(["HFM.model_summary", "HFM.model_description"], description, "description"),
    ...say(["HFM.developers", "PST.1.1.provider", "DS.Main.1", "HD.1.owner", "R30.1.a"], owner, "owner"),
    ...say(["HFM.base_model", "HFM.y.base_model"], model.base, "model.base"),
    ...say(["PST.1.2.deps"], `${model.base}; no link to its summary is recorded`, "model.base"),
  ];
}

/** Report on the last data run; null if there was none. */
async function lastData(dir: string, options: PaperContext): Promise<DataReport | null> {
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
  return [...byField].map(([field, facts]) => {
    const known = facts.filter(({ answer }) => answer !== null);
    if (known.length === 0) return [field, { answer: null, from: facts.map(({ supply }) => supply).join("; ") }];
    const answer = known.map((fact) => fact.answer).join("; ");
    return [field, { answer, from: known.map(({ id, basis }) => `${id} (${basis})`).join(", ") }];
  });
}
