import type { DraftField, DraftQuestion } from "../../../domain/audit-import.ts";
import type { Programme } from "../../../domain/programme.ts";
import { costsOf } from "../../cost/programme-costs.ts";
import { programmeTraining } from "../../method/programme-training.ts";
import { type LoadedProgramme, readProgramme } from "../../reading/read-programme.ts";
import { servingSize } from "../../serving/serving-size.ts";

/** Inputs of the cost computation. */
export type QuestionOptions = { on: string; hubCache?: string | undefined };

/** Number of draws per cost: enough for a median that ranks questions. */
const DRAWS = 400;

/** Mean tokens per row if no file is measured: the middle of instruction sets of the article. */
const MEAN_TOKENS = 500;

type Change = (programme: Programme) => Programme;

/** A question with two answers that occur in real programmes. */
type Candidate = { field: string; question: string; answers: readonly [string, Change, string, Change] };

const inData =
  (change: Partial<Programme["data"]>): Change =>
  (programme) => ({
    ...programme,
    data: { ...programme.data, ...change },
  });
const inTraining =
  (change: Partial<Programme["training"]>): Change =>
  (programme) => ({
    ...programme,
    training: { ...programme.training, ...change },
  });
const inTeam =
  (engineerWeeks: number): Change =>
  (programme) => ({
    ...programme,
    team: { ...programme.team, engineerWeeks },
  });

/** Questions that no source of an import answers. Ranges are from the article and its three worked programmes. */
const CANDIDATES: readonly Candidate[] = [
  {
    field: "data.annotatedShare",
    question: "Which share of the rows do people write or label?",
    answers: ["0", inData({ annotatedShare: 0 }), "1", inData({ annotatedShare: 1 })],
  },
  {
    field: "data.plannedRows",
    question: "How many training rows does the finished dataset have?",
    answers: ["1000", inData({ plannedRows: 1_000 }), "30000", inData({ plannedRows: 30_000 })],
  },
  {
    field: "data.personalData",
    question: "Do the raw rows contain personal data or health data?",
    answers: ["none", inData({ personalData: "none" }), "phi", inData({ personalData: "phi" })],
  },
  {
    field: "data.regulated",
    question: "Is the domain legal, medical, financial or otherwise regulated?",
    answers: ["false", inData({ regulated: false }), "true", inData({ regulated: true })],
  },
  {
    field: "data.thirdParty",
    question: "Do rows come from third parties, so that rights must be cleared?",
    answers: ["false", inData({ thirdParty: false }), "true", inData({ thirdParty: true })],
  },
  {
    field: "training.runs",
    question: "How many runs are there in total, including sweeps and repeats?",
    answers: ["1", inTraining({ runs: 1 }), "20", inTraining({ runs: 20 })],
  },
  {
    field: "training.sellerClass",
    question: "Who sells the GPUs, and on which term?",
    answers: [
      "spot of a neocloud",
      inTraining({ sellerClass: "neocloud", term: "spot" }),
      "on demand of a hyperscaler",
      inTraining({ sellerClass: "hyperscaler", term: "on-demand" }),
    ],
  },
  {
    field: "team.engineerWeeks",
    question: "How many engineer-weeks until launch?",
    answers: ["2", inTeam(2), "12", inTeam(12)],
  },
];

/** Questions about the purpose of the draft: they affect rules, but have no cost of their own. */
const UNPRICED: readonly DraftQuestion[] = [
  {
    field: "task.kind",
    question: "What should the model do?",
    between: ["chat", "extraction"],
    changesUsd: null,
  },
  {
    field: "serving.outputTokensPerMonth",
    question: "What will be served per month? Rule 10 and the payback need it.",
    between: ["not stated", "stated"],
    changesUsd: null,
  },
];

/**
 * Questions to answer first: each open question with the difference that its two answers make to the median cost,
 * largest first. A question whose field a source gives is not asked.
 *
 * @throws Failure as `readProgramme` and the estimate of training
 */
export async function draftQuestions(
  dir: string,
  fields: readonly DraftField[],
  options: QuestionOptions,
): Promise<DraftQuestion[]> {
  const known = new Set(fields.filter(({ isAssumed }) => !isAssumed).map(({ field }) => field));
  const loaded = await readProgramme(dir, options.on);
  const { programme } = loaded;
  const withTokens = inData({ meanTokens: programme.data.meanTokens ?? MEAN_TOKENS, files: [] })(programme);
  const size = await sizeOf({ ...loaded, programme: withTokens }, options);
  const costOf = async (change: Change): Promise<number> => {
    const changed = { ...loaded, programme: change(withTokens) };
    const { training } = await programmeTraining(changed, { on: options.on, asStated: true });
    return costsOf(changed, training, { on: options.on, draws: DRAWS, seed: 1, size }).cost.endToEnd.p50;
  };
  const asked: DraftQuestion[] = [];
  for (const { field, question, answers } of CANDIDATES) {
    const isOfRows = field === "data.plannedRows" && programme.data.plannedRows === 0;
    if (known.has(field) || isOfRows) continue;
    const [first, changeFirst, second, changeSecond] = answers;
    const change = Math.abs((await costOf(changeSecond)) - (await costOf(changeFirst)));
    asked.push({ field, question, between: [first, second], changesUsd: change.toFixed(2) });
  }
  return [...asked.toSorted((a, b) => Number(b.changesUsd) - Number(a.changesUsd)), ...UNPRICED];
}

async function sizeOf(loaded: LoadedProgramme, { on, hubCache }: QuestionOptions) {
  const { training } = await programmeTraining(loaded, { on, asStated: true });
  return (await servingSize(loaded, { shape: training.shape, on, hubCache })).size;
}
