import { type Change, known } from "../changed-facts.ts";
import { type RuleCase, files, run, stages, both, personalData } from "./rule-case.ts";

function residency(place: string, sellerClass: string): Change {
  return { programme: { requirements: { residency: place }, training: { sellerClass, gpuUsdPerHour: undefined } } };
}

/** A serving fleet of 2 × 2 L40S, or a stated cost of serving. */
function served(statedUsdPerMonth: string | null): Change {
  const chosen = { gpu: "L40S", gpusPerReplica: 2, replicas: 2, outputTokensPerSec: known(900) };
  const requests = { inputTokens: 500, outputTokens: 100, basis: "stated", text: "lengths" };
  return { serving: { statedUsdPerMonth, chosen, runnerUp: null, requests } };
}

function servedAt(gpuUsdPerHour: string): Change {
  return { programme: { serving: { gpuUsdPerHour } } };
}

function stayIn(place: string): Change {
  return { programme: { requirements: { residency: place } } };
}

/** Training at a price of the user's own. */
function ownTraining(place: string, serving: Change): Change {
  return both(residency(place, "neocloud"), { programme: { training: { gpuUsdPerHour: "2" } } }, serving);
}

/** Four GPUs serve, and so many are on the premises. */
function ownMachines(gpuCount: number): Change {
  const fleets = [{ gpu: "L40S", gpuCount, gpuUsdPerHour: "0.45" }];
  return both(stayIn("on-premises"), { programme: { training: { fleets } } }, served(null));
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
    { fires: ownTraining("eu", served(null)), as: "high", near: ownTraining("eu", served("900")) },
    {
      fires: ownTraining("on-premises", served(null)),
      as: "high",
      near: both(ownTraining("on-premises", served(null)), servedAt("1.20")),
    },
  ],
  "duties.own-machines": [
    { fires: ownMachines(3), as: "high", near: ownMachines(4) },
    { fires: both(ownMachines(3), servedAt("1.20")), as: "high", near: both(ownMachines(3), stayIn("eu")) },
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
