import { commandLine } from "../../base/command-line.ts";
import { isRefusal, knownOf } from "../../domain/estimate.ts";
import { noPrice, type Rule } from "../rule.ts";

/** Rule 10: training is planned and the serving cost is unknown. */
export const noServingModel: Rule = {
  id: "no-serving-model",
  number: 10,
  mistake: "no serving cost model before training",
  check: ({ study, programme, place, shownDir }) => {
    const { monthlyServing, monthWithServing } = study.payback;
    const { inputTokensPerMonth, outputTokensPerMonth } = programme.serving;
    if (isRefusal(monthlyServing) && monthlyServing.known === undefined) {
      const isLoadStated = inputTokensPerMonth !== undefined && outputTokensPerMonth !== undefined;
      const says = isLoadStated ? monthlyServing.refused : "the tokens per month are not stated";
      return {
        state: "finding",
        text: `${isLoadStated ? "The programme states what will be served, but no capacity or price is known for it" : "The programme does not state what will be served"}, so serving is not costed and the payback cannot include it.`,
        evidence: [{ place: place(["serving"]), says }],
        price: noPrice(monthlyServing.refused, monthlyServing.hint),
        action: `${isLoadStated ? "measure the replica and set serving.outputTokensPerSec" : "set serving.inputTokensPerMonth and serving.outputTokensPerMonth"}, or set serving.monthlyUsd; then ${commandLine(["plan", "serve", shownDir])}`,
      };
    }
    const known = knownOf(monthWithServing);
    const end = (month: number | undefined): string => (month === undefined ? "unknown" : String(month));
    const months =
      known === undefined
        ? `no break-even is known: ${isRefusal(monthWithServing) ? monthWithServing.refused : ""}`
        : `it pays back in month ${end(known.p10)}-${end(known.p90)} with serving included`;
    const says = isRefusal(monthlyServing) ? monthlyServing.refused : monthlyServing.basis;
    const evidence = { place: place(["serving"]), says };
    return { state: "pass", text: `Serving was costed before training; ${months}.`, evidence: [evidence] };
  },
};

/** Licences that forbid commercial use, by their names in the catalogue. */
const NON_COMMERCIAL = /research|non-?commercial|\bnc\b/i;
const PERMISSIVE = /^(apache|mit\b|bsd|cc-by-4|cc0)/i;

/** The licence of the base compared with the purpose of the programme. */
export const baseLicence: Rule = {
  id: "base-licence",
  number: null,
  mistake: "a base whose licence does not allow the use",
  check: ({ study, place, programme }) => {
    const { licence, shapeOf } = study.model;
    const { researchOnly } = programme.compliance;
    const use = researchOnly === undefined ? "commercial use" : researchOnly ? "research only" : "commercial use";
    const evidence = [
      { place: place(["model", "base"]), says: `${shapeOf}: ${licence ?? "no licence in the catalogue"}` },
      {
        place: place(["compliance", "researchOnly"]),
        says: researchOnly === undefined ? "the use is not stated" : `the use is ${use}`,
      },
    ] as const;
    if (licence !== null && PERMISSIVE.test(licence)) {
      return { state: "pass", text: `${licence} allows ${use}.`, evidence };
    }
    if (licence !== null && NON_COMMERCIAL.test(licence)) {
      if (researchOnly === true) {
        return { state: "pass", text: `${licence} allows research, the only stated use.`, evidence };
      }
      return {
        state: "finding",
        text: `The licence of the base model, "${licence}", permits research only, and the programme does not state research use.`,
        evidence,
        price: noPrice(
          "a commercial licence has no published price",
          "ask the maker, or choose a base with a permissive licence",
        ),
        dutyBreached: true,
        action: "get a commercial licence, or change model.base; set compliance.researchOnly if it is research",
      };
    }
    return {
      state: "not-checkable",
      text: `Not checkable, because ${licence === null ? "the catalogue has no licence of the base" : `"${licence}" has conditions that need review`}.`,
      action: "have the licence reviewed for commercial use, attribution and limits on users",
      evidence,
    };
  },
};
