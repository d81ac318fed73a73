import type { BaseCompute } from "../domain/base-compute.ts";
import type { Programme } from "../domain/programme.ts";
import type { AiActDelta } from "../domain/study.ts";

type Facts = Programme["compliance"];

/** Sources of the answer, by section. */
export const ACT_SOURCES = [
  "Commission guidelines on general-purpose AI models, C(2025) 5045 of 18 July 2025 (formally C(2025) 7719 of 19 November 2025), section 3.2 and Annex A; not binding",
  "Commission guidelines on Article 50, C(2026) 5054 of 20 July 2026, paragraphs 11, 23, 24 and 27; not binding",
  "Regulation (EU) 2024/1689 consolidated 27 July 2026: Articles 2(6), 2(8), 3, 25, 50-56, 111, 113; recital 97",
  "Directive (EU) 2019/790, Article 4(3); Regulation (EU) 2016/679",
] as const;

/**
 * Provider of a new AI system (Article 50)? Compute does not matter here: whoever modifies a generative system, for
 * example with new training data, and puts it into service under their own name is its provider.
 */
export function systemProvider(facts: Facts): AiActDelta["systemProvider"] {
  if (facts.euMarket === false || facts.ownName === false) return "no";
  // Research is outside, internal use is putting into service for own use: the fact covers both.
  return facts.euMarket === true && facts.ownName === true && facts.researchOnly === false ? "yes" : "unknown";
}

/** Consequences of the answer, one sentence each. */
export function means(answer: {
  facts: Facts;
  base: BaseCompute | undefined;
  verdict: AiActDelta["verdict"];
}): string[] {
  const { facts, base, verdict } = answer;
  return [
    BY_VERDICT[verdict],
    systemSentence(facts),
    facts.euMarket !== false && facts.distributesWeights === true && verdict !== "provider"
      ? "Handing out the tuned weights alone does not change the verdict; a bare model without a system around it is outside Article 50 (guidelines, paragraphs 24 and 27)."
      : "",
    "Copyright (opt-outs under Article 4(3) of Directive 2019/790) and the GDPR apply to you whatever the compute.",
    verdict === "provider"
      ? "A free and open-source licence lifts Article 53(1)(a), (b) and Article 54, never 53(1)(c) and (d), and nothing if there is systemic risk."
      : "",
    base?.licenceFlag ? `Licence of ${base.id}: ${base.licenceFlag}.` : "",
    verdict === "not-provider" && facts.significantChange === undefined
      ? "Not stated: whether the tuning changes the model significantly in another way (compliance.significantChange), which is the test behind the indicator."
      : "",
    facts.euMarket !== false
      ? "Not checked here: whether the maker of the base model excluded the Union. If it clearly did, you may be provider of the whole model whatever the compute."
      : "",
  ].filter((sentence) => sentence !== "");
}

const BY_VERDICT: Readonly<Record<AiActDelta["verdict"], string>> = {
  "not-provider": "Keep this computation with its inputs: it is the evidence that the one-third criterion was checked.",
  amber: "Counsel decides, on paper, before release; the numbers, the method and the error band are in this study.",
  provider:
    "Article 53(1)(a) and (b) documentation limited to the modification, (c) a copyright policy and (d) a public summary of the data used in it.",
  "not-in-scope": "Record why: the answer changes on the day the model or its output is offered in the Union.",
  unknown: "Give the planned rows and tokens, and the rule can be applied.",
};

function systemSentence(facts: Facts): string {
  const role = systemProvider(facts);
  if (role === "yes")
    return "You are normally the provider of a new AI system once you put the tuned generative system into service under your name: transparency of Article 50, with no compute threshold (guidelines C(2026) 5054, paragraph 11). Re-test the marking of outputs after every run: tuning can strip a watermark.";
  if (role === "unknown" && facts.researchOnly === true)
    return "Article 50 depends on which it is: pure research is outside the Act, internal use under your name is putting a system into service.";
  if (role === "unknown") return `Article 50 depends on facts that are not stated: ${unstated(facts).join(", ")}.`;
  return facts.euMarket
    ? "The system goes into service under another name: its provider owes Article 50, you may be deployer or supplier."
    : "No system is placed on the Union market, so Article 50 does not apply.";
}

/** Fields on which the role of system provider depends and that are not stated. */
function unstated({ euMarket, ownName, researchOnly }: Facts): string[] {
  return [
    euMarket === undefined ? "compliance.euMarket" : "",
    ownName === undefined ? "compliance.ownName" : "",
    researchOnly === undefined ? "compliance.researchOnly" : "",
  ].filter((field) => field !== "");
}

/** Common claims about it that are false. */
export function doesNotMean(verdict: AiActDelta["verdict"]): string[] {
  return [
    "Fine-tuning and redistributing an open-weights model does not by itself make you provider of a general-purpose model: the change must be significant, indicatively more than one third of the base model's training compute.",
    verdict === "provider"
      ? "It does not make you answer for the base model: duties cover the modification only."
      : "It does not mean that no duty applies: Article 50, the high-risk chapter, copyright and data protection have no compute threshold.",
    "The indicator is neither binding nor the whole test: significance of the change counts, the Commission may move it, and how successive runs add up is not settled (here they are added).",
    "Article 10(2)(f) on bias binds high-risk systems only.",
    "It is not legal advice.",
  ];
}
