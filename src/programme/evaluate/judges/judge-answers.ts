import { textOf, fieldValue } from "../../../evaluate/set/eval-item.ts";
import type { JudgedScore, JudgeCard, JudgeVerdict } from "../../../domain/evaluation-judge.ts";
import {
  casePrompts,
  type CaseVerdict,
  type JudgedCase,
  labelScore,
  panelLabel,
  readCaseVerdict,
} from "../../../evaluate/judge/judge-prompt.ts";
import { type HeadlineTerms, judgedHeadline } from "../../../evaluate/judge/judged-headline.ts";
import { promptAsText } from "../../../evaluate/run/fill-prompt.ts";
import { scored, type Verdict } from "../../../evaluate/score/verdict.ts";
import { krippendorffAlpha } from "../../../statistics/index.ts";
import { askJudge, type JudgeAnswers, type JudgeSurroundings } from "./ask-judge.ts";
import type { CheckedJudge, CheckedPanel } from "./check-panel.ts";
import { type AnswersToJudge, judgedItems } from "./judged-items.ts";
import type { ReadyPanel } from "./ready-panels.ts";

/** Verdicts of judges on a target. */
export type JudgedAnswers = {
  judged: JudgedScore;
  /** By item and sample. */
  verdicts: Verdict[][];
  said: JudgeVerdict[][][];
  ended: JudgeAnswers["ended"];
};

/** Number of characters of a judge's text that are kept. */
const KEPT = 600;

const UNSCORED: Verdict = { value: null, isUnparsable: false };

type Slot = { item: number; sample: number; case: JudgedCase };

/** Asks the judges of a panel about the answers of a target, if they are admitted or need no admission. */
export async function judgeAnswers(
  checked: CheckedPanel,
  given: AnswersToJudge,
  around: JudgeSurroundings,
): Promise<JudgedAnswers> {
  const { panel, isAdmitted } = checked;
  const { scorer } = panel;
  const isAsked = isAdmitted || scorer.unadmitted;
  const isSelf = scorer.against === given.target;
  const slots = isAsked && !isSelf ? slotsOf(panel, given) : [];
  const verdicts = given.answers.map((list) =>
    list.map((answer): Verdict => (isSelf && isAsked && !("error" in answer) ? scored(0.5) : UNSCORED)),
  );
  const said = given.answers.map((list) => list.map((): JudgeVerdict[] => []));
  const cards: JudgeCard[] = [];
  const byJudge: CaseVerdict[][] = [];
  let ended: JudgeAnswers["ended"] = null;
  for (const judge of checked.judges) {
    const { card, came, read } = await askedJudge(judge, { panel, given, slots, around });
    ended ??= came.ended;
    cards.push(card);
    byJudge.push(read);
    for (const [index, { item, sample }] of slots.entries()) {
      const text = came.answers[index]!.map((one) => ("text" in one ? one.text : one.error)).join("\n---\n");
      const { label = null, isFlipped } = read[index]!;
      const shown = text.length > KEPT ? `${text.slice(0, KEPT - 1)}…` : text;
      said[item]![sample]!.push({
        scorer: panel.label,
        judge: judge.ready.name,
        verdict: label,
        isFlipped,
        text: shown,
      });
    }
  }
  for (const [index, { item, sample }] of slots.entries()) {
    const labels = byJudge.map((list) => list[index]!.label);
    const label = panelLabel(panel.prompt.prompt, labels);
    if (label !== undefined) verdicts[item]![sample] = scored(labelScore(panel.prompt.prompt, label)!);
  }
  const judged = judgedScore(checked, { cards, byJudge, isAsked, of: judgedItems(panel, { given, verdicts }) });
  return { judged, verdicts, said, ended };
}

function judgedScore(
  { panel, accuracy }: CheckedPanel,
  {
    cards,
    byJudge,
    isAsked,
    of,
  }: {
    cards: JudgeCard[];
    byJudge: readonly (readonly CaseVerdict[])[];
    isAsked: boolean;
    of: Pick<HeadlineTerms, "items" | "otherAnswers">;
  },
): JudgedScore {
  const { label, scorer, prompt, labelsSha256 } = panel;
  const nothing = { value: null, interval: null, n: 0, labels: 0, method: "uncorrected" } as const;
  return {
    scorer: label,
    mode: prompt.prompt.mode,
    prompt: { file: prompt.file, version: String(prompt.prompt.version), sha256: prompt.sha256 },
    against: scorer.against ?? null,
    labelsSha256,
    judges: cards,
    agreement: agreementOf(byJudge),
    isAdmitted: cards.every((card) => card.isAdmitted),
    reasons: cards.flatMap(({ judge, reasons }) => reasons.map((reason) => `${judge}: ${reason}`)),
    headline: isAsked
      ? judgedHeadline({ ...of, labelsFrom: scorer.labels?.from, accuracy })
      : { ...nothing, note: "nothing was judged: the judges are not admitted" },
  };
}

/** The available answers, as cases. */
function slotsOf({ scorer, prompt }: ReadyPanel, { items, answers, opponents }: AnswersToJudge): Slot[] {
  return answers.flatMap((list, item) =>
    list.flatMap((answer, sample): Slot[] => {
      if ("error" in answer) return [];
      const { item: row, prompt: opening, later, promptText } = items[item]!;
      const field = scorer.reference === undefined ? undefined : textOf(fieldValue(row.row, scorer.reference));
      const reference = opponents === undefined ? field : opponents[item];
      if (reference === undefined && prompt.prompt.mode !== "rubric") return []; // the other target gave no answer
      const { text, earlier = [] } = answer;
      const question = earlier.length === 0 ? promptText : promptAsText(opening, later, earlier);
      return [{ item, sample, case: { question, answer: text, reference } }];
    }),
  );
}

async function askedJudge(
  { ready, ...checked }: CheckedJudge,
  {
    panel,
    given,
    slots,
    around,
  }: { panel: ReadyPanel; given: AnswersToJudge; slots: readonly Slot[]; around: JudgeSurroundings },
): Promise<{ card: JudgeCard; came: JudgeAnswers; read: CaseVerdict[] }> {
  const prompt = panel.prompt.prompt;
  const cases = slots.map((slot) => casePrompts(prompt, slot.case));
  const step = `judging ${given.target}: ${ready.name} for ${panel.label}`;
  const came = await askJudge(ready, cases, { ...around, step });
  const read = came.answers.map((texts) =>
    readCaseVerdict(
      prompt,
      texts.map((one) => ("text" in one ? one.text : undefined)),
    ),
  );
  const isSame = !ready.judge.allowSelf && came.servedModels.some((model) => given.servedModels.includes(model));
  const own = isSame ? [`its endpoint and that of ${given.target} report the same model`] : [];
  const card: JudgeCard = {
    judge: ready.name,
    model: ready.judge.model,
    endpoint: ready.shown,
    servedModels: came.servedModels,
    check: checked.check,
    isAdmitted: checked.isAdmitted && !isSame,
    reasons: [...checked.reasons, ...own],
    asked: cases.reduce((sum, conversations) => sum + conversations.length, 0),
    withoutVerdict: read.filter(({ label }) => label === undefined).length,
    flipped: read.filter(({ isFlipped }) => isFlipped).length,
    cost: came.cost,
    checkCost: checked.checkCost,
  };
  return { card, came, read };
}

function agreementOf(byJudge: readonly (readonly CaseVerdict[])[]): number | null {
  const [first] = byJudge;
  if (byJudge.length < 2 || first === undefined || first.length === 0) return null;
  const labels = first.map((_verdict, index) => byJudge.map((list) => list[index]!.label ?? null));
  return krippendorffAlpha(labels, "nominal").value;
}
