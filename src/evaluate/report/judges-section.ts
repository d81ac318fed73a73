import type { JudgeCard, JudgedScore } from "../../domain/evaluation-judge.ts";
import type { Block, Section } from "../../report/document.ts";
import { judgeMeasures } from "../../report/evaluation-rows.ts";
import { headlineText } from "./judge-card-text.ts";
import { intervalText } from "./score-words.ts";

const NUMBER = { align: "right" } as const;

/** Section on scores of judges: the corrected score, and each judge's card with its comparison to human labels. */
export function judgesSection(judged: readonly JudgedScore[]): Section {
  return { id: "judges", title: "Judges", blocks: judged.flatMap(scoreBlocks) };
}

function scoreBlocks(score: JudgedScore): Block[] {
  const { scorer, mode, prompt, isAdmitted, reasons, agreement, against, judges } = score;
  const pair = mode === "pairwise" ? ` Compared with ${against ?? "the reference"}, in both orders.` : "";
  const panel = agreement === null ? "" : ` Krippendorff's alpha of the judges: ${agreement.toFixed(3)}.`;
  return [
    {
      kind: "verdict",
      tone: isAdmitted ? "good" : "bad",
      title: `${scorer}: ${headlineText(score)}`,
      blocks: [
        {
          kind: "paragraph",
          text: `${isAdmitted ? "Human labels admit the judges." : "No gate may use this score."} Prompt ${prompt.file}, version ${prompt.version}, ${mode}, SHA-256 ${prompt.sha256.slice(0, 16)}.${pair}${panel}`,
        },
        ...(reasons.length === 0 ? [] : [{ kind: "list" as const, items: reasons }]),
      ],
    },
    {
      kind: "table",
      caption: "Judges. An answer without a verdict is not scored; it does not count as wrong.",
      columns: [
        { head: "Judge" },
        { head: "Model" },
        { head: "Questions", ...NUMBER },
        { head: "Without a verdict", ...NUMBER },
        { head: "Flipped", ...NUMBER },
        { head: "USD", ...NUMBER },
        { head: "Check, USD", ...NUMBER },
      ],
      rows: judges.map(({ judge, model, asked, withoutVerdict, flipped, cost, checkCost }) => ({
        cells: [
          judge,
          model,
          String(asked),
          String(withoutVerdict),
          mode === "pairwise" ? String(flipped) : "one order",
          cost.usd ?? "free",
          checkCost.usd ?? "free",
        ],
      })),
    },
    ...judges.flatMap(checkBlocks),
  ];
}

function checkBlocks({ judge, check }: JudgeCard): Block[] {
  if (check === null) return [];
  return [
    {
      kind: "table",
      caption: `${judge} against ${check.labels} human labels (${check.file}): ${check.admitted ? "admitted" : "rejected"}.`,
      columns: [
        { head: "Measure" },
        { head: "Value", ...NUMBER },
        { head: "95 % interval", ...NUMBER },
        { head: "Rows", ...NUMBER },
        { head: "Threshold" },
      ],
      rows: judgeMeasures(check).map(([name, { value, interval, n }, threshold]) => ({
        cells: [
          name,
          value === null ? "not measured" : value.toFixed(4),
          interval === null ? "" : intervalText(interval),
          String(n),
          threshold,
        ],
      })),
    },
  ];
}
