import { textTable, wrapText } from "../../base/text-table.ts";
import { formatNumber, formatRange } from "../../base/units.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { MethodId, Reason } from "../../domain/method.ts";
import type { MethodAdvice, MethodChoice } from "../../domain/study.ts";
import { GATE_RULES } from "./fine-tune-gate.ts";
import { methodProfile } from "./method-profiles.ts";
import { NO_DATA, NO_RUN } from "./method.ts";

/** Number of methods whose reasons are all printed: the recommended ones, and the first few possible ones. */
const SHOWN = 3;

/** Text of a method choice: the answer, the ranking, the reasons for the best method, and the next steps. */
export function methodText(choice: MethodChoice, model: string): string {
  const isShown = ({ verdict }: MethodAdvice, index: number): boolean =>
    verdict === "recommended" || (verdict === "possible" && index < SHOWN);
  const shown = choice.ranking.filter(isShown);
  const others = choice.ranking.filter((advice, index) => !isShown(advice, index));
  return [
    `Fine-tune ${model}? ${ANSWER[choice.fineTune]}. Best: ${choice.ranking[0]!.chain.join(" → ")}`,
    ...choice.fineTuneReasons.map(({ rule, text, source }) => bullet(`${saying(rule)}${text} [${source}]`)),
    "",
    rankingTable(choice.ranking),
    ...refusals(choice.ranking),
    ...shown.flatMap((advice) => ["", adviceText(advice)]),
    "",
    "against the others",
    ...strongestAgainst(others),
    "",
    "what to do",
    ...whatToDo(choice).map(bullet),
  ].join("\n");
}

/** The rules judge only the method, so these texts do not tell a programme that never pays back "yes". */
const ANSWER: Readonly<Record<MethodChoice["fineTune"], string>> = {
  yes: "no method rule is against it; the feasibility study decides whether it pays back",
  no: "no",
  "only-if": "only if",
};

/** Prefix of a reason: for or against. */
function saying(rule: string): string {
  const says = GATE_RULES.find(({ id }) => id === rule)!.says;
  return { yes: "for: ", no: "against: ", "only-if": "open: " }[says];
}

function rankingTable(ranking: readonly MethodAdvice[]): string {
  const rows = ranking.map(({ method, verdict, score, memory, gpuHours, cost, fleet }) => [
    method,
    verdict,
    String(score),
    cell(memory, formatNumber),
    cell(gpuHours, (hours) => formatNumber(hours, 2)),
    cell(cost, (usd) => formatNumber(usd, 2)),
    fleet ?? "",
  ]);
  return textTable(
    [
      { head: "method" },
      { head: "verdict" },
      { head: "score", align: "right" },
      { head: "GiB per GPU", align: "right" },
      { head: "GPU-hours a run", align: "right" },
      { head: "USD a run", align: "right" },
      { head: "fleet" },
    ],
    rows,
  );
}

const SAID: readonly string[] = [NO_RUN, NO_DATA];

function cell(quantity: Quantity, format: (value: number) => string): string {
  return isRefusal(quantity) ? "not estimated" : formatRange(quantity.p10, quantity.p90, format);
}

/** Reasons for missing estimates, each once. That nothing is or can be trained is stated elsewhere. */
function refusals(ranking: readonly MethodAdvice[]): string[] {
  const byReason = new Map<string, MethodId[]>();
  for (const { method, memory, gpuHours, cost } of ranking) {
    const refused = [memory, gpuHours, cost].find(isRefusal);
    if (refused && !SAID.includes(refused.refused))
      byReason.set(refused.refused, [...(byReason.get(refused.refused) ?? []), method]);
  }
  return [...byReason].map(([reason, methods]) => wrapText(`${methods.join(", ")}: not estimated: ${reason}`));
}

/** The strongest reason against each method; each reason is listed once. */
function strongestAgainst(others: readonly MethodAdvice[]): string[] {
  const byReason = new Map<string, MethodId[]>();
  for (const { method, whyNot } of others) {
    const reason = whyNot.find(({ points }) => points < 0);
    const text = reason ? `${reason.text} [${reason.source}]` : "no reason against it: others fit better";
    byReason.set(text, [...(byReason.get(text) ?? []), method]);
  }
  return [...byReason].map(([text, methods]) => bullet(`${methods.join(", ")}: ${text}`));
}

function adviceText(advice: MethodAdvice): string {
  const { method, verdict, chain, why, whyNot, dataNeeded, failureModes, evidence } = advice;
  return [
    `${methodProfile(method).name} (${verdict}, ${advice.score})${chain.length > 1 ? `, as ${chain.join(" → ")}` : ""}`,
    ...why.map(reasonLine),
    ...whyNot.map(reasonLine),
    ...(verdict === "recommended"
      ? [
          bullet(`needs: ${dataNeeded}`),
          bullet(`fails by: ${failureModes.join("; ")}`),
          bullet(`evidence: ${evidence.join("; ")}`),
        ]
      : []),
  ].join("\n");
}

function reasonLine({ text, points, source }: Reason): string {
  const sign = points > 0 ? `+${points}` : points === 0 ? "±0" : `−${-points}`;
  return hanging(sign.padStart(4), `${text} [${source}]`);
}

function bullet(text: string): string {
  return hanging("   -", text);
}

/** Wrapped prose whose first line begins with a mark and whose other lines are indented. */
function hanging(mark: string, text: string): string {
  const indent = " ".repeat(mark.length + 3);
  return `  ${mark} ${wrapText(text, 100, indent).slice(indent.length)}`;
}

/** The next steps, in order. */
function whatToDo({ fineTune, ranking }: MethodChoice): string[] {
  const { method, chain } = ranking[0]!;
  const steps = ["freeze a test set of 500 to 2,000 rows and measure the prompted model on it"];
  if (fineTune === "only-if") steps.push('settle the conditions after "only if" above before you spend money');
  if (method === "prompt-only" || method === "rag")
    steps.push(`use ${chain.join(" → ")} until then, and ask again when the reason above has changed`);
  else if (chain.length > 1)
    steps.push(`run ${chain.join(" → ")} and measure after each step: stop when the next adds nothing`);
  else steps.push(`run ${method}; try a runner-up only if it misses the target`);
  return steps;
}
