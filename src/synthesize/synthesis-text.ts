import { type Column, textTable, wrapText } from "../base/text-table.ts";
import { amount, counted, percent, percentRange, usd, whole } from "../base/words.ts";
import { isRefusal, type Quantity } from "../domain/estimate.ts";
import type { CheckCount, SynthesisPlan, SynthesisResult, YieldEstimate } from "../domain/synthesis-result.ts";
import { modelName } from "../llm/model-name.ts";

/** Text of the requests that a synthesis would make. */
export function planText(plan: SynthesisPlan): string {
  const { requests, known, mostUsd, maxUsd, terms } = plan;
  const lines = [
    `${plan.model} at ${plan.endpoint}${plan.isThisMachine ? " (this machine)" : ""}`,
    `${counted(requests, "row")} to request, ${whole(known)} of them already answered; about ${whole(plan.inputTokens)} input tokens`,
    mostUsd === null
      ? plan.price
      : `at most ${amount(mostUsd)} USD if every answer has the longest length, cap ${amount(maxUsd!)} USD; price: ${plan.price}`,
    `terms: ${terms.verdict}, ${terms.detail}`,
    ...terms.duties.map((duty) => `duty: ${duty}`),
  ];
  return lines.map((line) => wrapText(line)).join("\n");
}

/** The plan with the first prompt. */
export function dryRunText(plan: SynthesisPlan): string {
  const first = plan.firstPrompt === null ? "every answer is known" : `first prompt:\n\n${plan.firstPrompt}`;
  return `${planText(plan)}\n\n${first}`;
}

/** Text of the yield of a pilot. */
export function yieldText(estimate: YieldEstimate): string {
  const { asked, kept, keptShare, remaining, rowsPerUsd, remainingRows, remainingUsd } = estimate;
  const share = isRefusal(keptShare) ? "" : ` (80 % interval ${percentRange(keptShare.p10, keptShare.p90)})`;
  const cost = isRefusal(remainingUsd) ? "" : `, for ${rangeOf(remainingUsd)} USD; ${rangeOf(rowsPerUsd)} rows per USD`;
  return [
    `pilot: ${whole(kept)} of ${counted(asked, "row")} kept, ${percent(kept / asked)}${share}`,
    ...(remaining === 0 ? [] : [`the other ${whole(remaining)} will yield ${rangeOf(remainingRows)} rows${cost}`]),
  ].join("\n");
}

function rangeOf(quantity: Quantity): string {
  if (isRefusal(quantity)) return "unknown";
  const { p10, p50, p90 } = quantity;
  return usd(p10) === usd(p90) ? usd(p50) : `${usd(p50)} (${usd(p10)} to ${usd(p90)})`;
}

const COLUMNS: readonly Column[] = [
  { head: "check" },
  { head: "rows in", align: "right" },
  { head: "dropped", align: "right" },
  { head: "reason", wrap: 24 },
  { head: "example", wrap: 60 },
];

/** Text of the generated rows, the kept ones with reasons, and the cost. */
export function synthesisText(result: SynthesisResult): string {
  const { name, recipe, plan, asked, checks, kept, pilot, sealed, stopped } = result;
  const rows = checks.flatMap(checkRows);
  return [
    `${name}: ${recipe.name}@${recipe.version} by ${result.servedModels.join(", ") || plan.model}`,
    wrapText(`terms: ${plan.terms.detail}`),
    "",
    textTable(COLUMNS, [
      ...rows,
      null,
      ["kept", whole(kept), whole(asked - kept), asked === 0 ? "" : `${percent(kept / asked)} of ${whole(asked)}`, ""],
    ]),
    "",
    ...(pilot === null ? [] : [yieldText(pilot), ""]),
    ...comparedLines(result),
    ...judgeLines(result),
    ...costLines(result),
    ...diversityLines(result),
    ...shareLines(result),
    ...(sealed === null
      ? []
      : [
          `${sealed.isNew ? "sealed" : "already sealed"}: ${sealed.dir}, ${counted(sealed.rows, "row")}, digest ${sealed.digest.slice(0, 16)}`,
        ]),
    `dropped rows with their reasons: ${result.files.dropped}`,
    ...(stopped === null ? [] : [wrapText(`incomplete: ${stopped}`)]),
  ].join("\n");
}

function checkRows({ check, rowsIn, dropped }: CheckCount): string[][] {
  if (dropped.length === 0) return [[check, whole(rowsIn), "0", "", ""]];
  return dropped.map(({ reason, rows, example }, index) => {
    const shown = example.length > 120 ? `${example.slice(0, 119)}…` : example;
    const head = index === 0 ? [check, whole(rowsIn)] : ["", ""];
    return [...head, whole(rows), reason, shown.replaceAll(/\s+/g, " ")];
  });
}

function comparedLines({ compared }: SynthesisResult): string[] {
  if (compared.length === 0) return [];
  const files = compared.map(({ path, rows, withPrompt }) =>
    rows === withPrompt
      ? `${path} (${counted(rows, "row")})`
      : `${path} (${whole(withPrompt)} of ${counted(rows, "row")}; the others have no prompt)`,
  );
  return [wrapText(`duplicates: compared with ${files.join(", ")}`)];
}

function judgeLines({ judge, plan }: SynthesisResult): string[] {
  if (judge === null) return [];
  const none = judge.unjudged.map(({ reason, questions }) => `${whole(questions)} ${reason}`);
  const open = none.length === 0 ? "" : `; without a score: ${none.join(", ")}`;
  const own = modelName(judge.model) === modelName(plan.model) ? "; it is the model that wrote them (allowSelf)" : "";
  return [wrapText(`judge: ${judge.model} scored ${counted(judge.judged, "row")}${open}${own}`)];
}

function costLines({ cost, kept, ledgerUsd }: SynthesisResult): string[] {
  const tokens = `${whole(cost.inputTokens)} input and ${whole(cost.outputTokens)} output tokens${cost.estimatedUsage === 0 ? "" : `, ${whole(cost.estimatedUsage)} answers estimated`}`;
  if (cost.usd === null) return [`cost: ${cost.price}; ${tokens}`];
  const parts = [
    ["rows", cost.generationUsd],
    ["asking again", cost.agreementUsd],
    ["judge", cost.judgeUsd],
    ["earlier states of the file", cost.otherUsd],
  ].flatMap(([what, part]) => (part === null || part === undefined || /^0\.0*$/.test(part) ? [] : [`${what} ${part}`]));
  const per =
    cost.perKeptRowUsd === null ? "no row is kept" : `${cost.perKeptRowUsd} USD per kept row (${whole(kept)})`;
  return [
    `cost: ${cost.usd} USD (${parts.join(", ")}); ${per}; ${tokens}`,
    `ledger: ${ledgerUsd ?? "0.00"} USD added as cost of data`,
  ].map((line) => wrapText(line));
}

function diversityLines({ diversity }: SynthesisResult): string[] {
  if (diversity === null) return [];
  const { distinctPairs, topOpenings, evenness, repeatedPrompts } = diversity;
  const shown = (value: number | null): string => (value === null ? "unknown" : percent(value));
  return [
    wrapText(
      `diversity: ${shown(distinctPairs)} of the pairs of words of prompts are distinct, ${shown(topOpenings)} of the prompts have one of the ten most frequent openings, ${shown(repeatedPrompts)} repeat a prompt; evenness of first words ${evenness.verbs.toFixed(2)}`,
    ),
  ];
}

function shareLines({ share }: SynthesisResult): string[] {
  if (share === null) return [];
  const limit = share.max === null ? "no limit is set" : `limit ${percent(share.max)}`;
  const all = share.synthetic + share.other;
  return [
    `share: ${whole(share.synthetic)} of ${counted(all, "training row")} are generated, ${percent(share.share)}; ${limit}`,
  ];
}
