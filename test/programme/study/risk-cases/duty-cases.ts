import type { Change } from "../changed-facts.ts";
import { type RuleCase, files, run, stages, both, personalData } from "./rule-case.ts";

function residency(place: string, sellerClass: string): Change {
  return { programme: { requirements: { residency: place }, training: { sellerClass } } };
}

function synthetic(syntheticRows: number, apiAllowed: boolean): Change {
  return { programme: { data: { syntheticRows }, requirements: { apiAllowed } } };
}

/** Cases of the risks of rights, personal data and the law: of each rule one for every severity that it has. */
export const DUTY_CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  "duties.rights": [
    {
      fires: files((all) => all.map((each) => ({ ...each, origin: "scraped", licence: undefined }))),
      as: "high",
      near: files((all) => all.map((each) => ({ ...each, origin: "scraped", licence: "MIT" }))),
    },
  ],
  "duties.personal-data": [
    { fires: personalData("phi"), as: "high", near: personalData("none") },
    {
      fires: both(personalData("pii"), run()),
      as: "medium",
      near: both(personalData("pii"), run({ stages: stages("read", "redact") })),
    },
    {
      fires: both(personalData("phi"), run({ stages: stages("read", "redact") })),
      as: "medium",
      near: personalData("none"),
    },
  ],
  "duties.residency": [
    { fires: residency("eu", "neocloud"), as: "high", near: residency("eu", "own-contract") },
    { fires: residency("on-premises", "neocloud"), as: "high", near: residency("none", "neocloud") },
  ],
  "duties.api-not-allowed": [
    { fires: synthetic(1, false), as: "medium", near: synthetic(1, true) },
    { fires: synthetic(9, false), as: "medium", near: synthetic(0, false) },
  ],
  "duties.ai-act": [
    { fires: { aiAct: { verdict: "provider" } }, as: "high", near: { aiAct: { verdict: "not-provider" } } },
    { fires: { aiAct: { verdict: "amber" } }, as: "medium", near: { aiAct: { verdict: "not-in-scope" } } },
    { fires: { aiAct: { verdict: "unknown" } }, as: "medium", near: { aiAct: { verdict: "not-provider" } } },
  ],
};
