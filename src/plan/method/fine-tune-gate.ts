import { formatNumber, formatUsd } from "../../base/units.ts";
import type { Reason } from "../../domain/method.ts";
import type { MethodFacts } from "../../domain/method-facts.ts";
import type { MethodChoice } from "../../domain/study.ts";
import {
  CORPUS_TOKENS,
  FEWEST_ROWS,
  forcedBy,
  hasAnyData,
  hasRows,
  isCorpusAlone,
  isForced,
  isTooLarge,
  isWithoutRoom,
  monthlySpend,
  rowsNeededText,
  stateGib,
} from "./method-reading.ts";

/** A rule about whether to fine-tune at all. */
export type GateRule = {
  id: string;
  /** Condition of the rule in words, for the printed table. */
  about: string;
  says: MethodChoice["fineTune"];
  when: (facts: MethodFacts) => boolean;
  sentence: (facts: MethodFacts) => string;
  source: string;
};

const ARTICLE = "article of 26 May 2026, section FAQ";
const spendUnder = (facts: MethodFacts, limitUsd: string): boolean => (monthlySpend(facts) ?? 0) < Number(limitUsd);
const spent = (facts: MethodFacts): string =>
  `${formatUsd(monthlySpend(facts) ?? 0)} USD a month${facts.isListPrice ? " at list price" : ""}`;
const isSpendKnown = (facts: MethodFacts): boolean => monthlySpend(facts) !== undefined;

/** Text of the shortfall of the least demanding method, and of the smallest sufficient fleet. */
function withoutRoom(facts: MethodFacts): string {
  const qlora = facts.misfits.find(({ method }) => method === "qlora");
  const fleet = qlora?.fleet ?? "the fleet";
  const why = isTooLarge(facts, "nf4")
    ? `4-bit weights alone take ${formatNumber(stateGib(facts, "nf4"))} of its ${formatNumber(facts.fleetMemoryGib ?? 0)} GiB`
    : `QLoRA, the least demanding, needs ${qlora?.needs ?? "more"} GiB on each GPU, which has ${formatNumber(qlora?.capacityGib ?? 0)}`;
  const smallest = qlora?.smallest ?? null;
  return `Nothing can be trained on ${fleet}: ${why}. Only if you rent a larger fleet${smallest === null ? "" : ` (the smallest for QLoRA: ${smallest})`} or take a smaller model.`;
}

/**
 * Rules on whether to fine-tune at all. All matching rules are reasons. One "no" makes the answer no; otherwise one
 * "only-if" makes it only-if; otherwise it is yes.
 */
export const GATE_RULES: readonly GateRule[] = [
  {
    id: "gate.no-data",
    about: "fewer than 50 rows and 50 pairs, and no corpus",
    says: "no",
    when: (facts) => !hasAnyData(facts),
    sentence: ({ rows, preferencePairs }) =>
      `${formatNumber(rows)} rows and ${formatNumber(preferencePairs)} preference pairs are too few to train on: ${FEWEST_ROWS} to 100 is the smallest number that showed an effect. Put them into the prompt, and collect more.`,
    source: "OpenAI fine-tuning guide (50-100 examples)",
  },
  {
    id: "gate.changing-facts",
    about: "the only goal is knowledge, and it changes faster than one retrains",
    says: "no",
    when: ({ goals, factsChange }) => factsChange && goals.every((goal) => goal === "knowledge"),
    sentence: () =>
      "Knowledge is the only goal and it changes faster than you retrain: weights would be stale. Retrieve it.",
    source: "arXiv:2312.05934 (retrieval beats fine-tuning on new and on known facts)",
  },
  {
    id: "gate.spend-low",
    about: "known spend under the lower limit, and nothing rules out an API",
    says: "no",
    when: (facts) => isSpendKnown(facts) && spendUnder(facts, facts.limits.tuneFromUsdPerMonth) && !isForced(facts),
    sentence: (facts) =>
      `${spent(facts)} is spent on the usage that it would replace, less than ${formatUsd(Number(facts.limits.tuneFromUsdPerMonth))}: the saving cannot pay for data, evaluation and maintenance. Prompt a frontier model.`,
    source: ARTICLE,
  },
  {
    id: "gate.spend-middle-broad",
    about: "spend between the limits, and the task is broad",
    says: "only-if",
    when: (facts) =>
      isSpendKnown(facts) &&
      !spendUnder(facts, facts.limits.tuneFromUsdPerMonth) &&
      spendUnder(facts, facts.limits.broadFromUsdPerMonth) &&
      !facts.narrow &&
      !isForced(facts),
    sentence: (facts) =>
      `${spent(facts)} pays for one narrow task, not for a broad assistant: only if you reduce the task to the part that causes the spend.`,
    source: ARTICLE,
  },
  {
    id: "gate.spend-unknown",
    about: "no spend is given, and nothing rules out an API",
    says: "only-if",
    when: (facts) => !isSpendKnown(facts) && !isForced(facts),
    sentence: ({ limits }) =>
      `The spend that it would replace is not stated. Fine-tuning pays only if that is ${formatUsd(Number(limits.tuneFromUsdPerMonth))} USD a month or more for a narrow task, ${formatUsd(Number(limits.broadFromUsdPerMonth))} for a broad one.`,
    source: ARTICLE,
  },
  {
    id: "gate.rows-below-range",
    about: "fewer rows than the kind of task asks for, and no other training signal",
    says: "only-if",
    when: (facts) =>
      hasAnyData(facts) &&
      !isCorpusAlone(facts) &&
      !hasRows(facts) &&
      facts.preferencePairs < 1000 &&
      facts.corpusTokens < CORPUS_TOKENS &&
      !(facts.verifiableReward && facts.rows > 0),
    sentence: (facts) =>
      `${formatNumber(facts.rows)} rows are below ${rowsNeededText(facts)}: only if a learning curve over half and all of them is still rising.`,
    source: `${ARTICLE} (data sizes)`,
  },
  {
    id: "gate.knowledge",
    about: "the only goal is knowledge, and there is no corpus of a billion tokens",
    says: "only-if",
    when: ({ goals, factsChange, corpusTokens }) =>
      !factsChange && goals.every((goal) => goal === "knowledge") && corpusTokens < CORPUS_TOKENS,
    sentence: () =>
      "Knowledge is the only goal: only if retrieval over the same documents was measured and is not good enough.",
    source: "arXiv:2312.05934",
  },
  {
    id: "gate.no-room",
    about: "no method fits the fleet, QLoRA included",
    says: "only-if",
    when: isWithoutRoom,
    sentence: withoutRoom,
    source: "the memory estimates of the methods: tunewright plan memory",
  },
  {
    id: "gate.forced",
    about: "an API is forbidden, data stays on the premises, or latency is under 450 ms",
    says: "yes",
    when: isForced,
    sentence: (facts) =>
      `An outside API is ruled out (${forcedBy(facts)}), so spend does not decide. Measure the prompted open model first: it may already be good enough.`,
    source: `${ARTICLE}; MLPerf Inference v5.1 rules (450 ms interactive) for the latency limit`,
  },
  {
    id: "gate.spend-middle-narrow",
    about: "spend between the limits, and the task is narrow",
    says: "yes",
    when: (facts) =>
      isSpendKnown(facts) &&
      !spendUnder(facts, facts.limits.tuneFromUsdPerMonth) &&
      spendUnder(facts, facts.limits.broadFromUsdPerMonth) &&
      facts.narrow,
    sentence: (facts) =>
      `${spent(facts)} is spent on one narrow task: from ${formatUsd(Number(facts.limits.tuneFromUsdPerMonth))}, fine-tuning can pay back.`,
    source: ARTICLE,
  },
  {
    id: "gate.spend-high",
    about: "spend at or above the upper limit",
    says: "yes",
    when: (facts) => isSpendKnown(facts) && !spendUnder(facts, facts.limits.broadFromUsdPerMonth),
    sentence: (facts) =>
      `${spent(facts)} is spent on the usage that it would replace, ${formatUsd(Number(facts.limits.broadFromUsdPerMonth))} or more: enough for a programme of usual size, 80,000–120,000 USD, to pay back in months. Its own cost to launch is decisive.`,
    source: ARTICLE,
  },
];

/** Returns whether to fine-tune at all, with every reason. */
export function fineTuneGate(facts: MethodFacts): { fineTune: MethodChoice["fineTune"]; reasons: Reason[] } {
  const fired = GATE_RULES.filter((rule) => rule.when(facts));
  const says = (answer: MethodChoice["fineTune"]): boolean => fired.some((rule) => rule.says === answer);
  return {
    fineTune: says("no") ? "no" : says("only-if") ? "only-if" : "yes",
    reasons: fired.map((rule) => ({ rule: rule.id, text: rule.sentence(facts), points: 0, source: rule.source })),
  };
}
