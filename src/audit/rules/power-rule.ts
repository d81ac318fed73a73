import { counted } from "../../base/words.ts";
import { formatNumber } from "../../base/units.ts";
import type { AuditEvidence } from "../../domain/audit.ts";
import type { GateFact } from "../facts.ts";
import { noPrice, type Rule } from "../rule.ts";

/** Gates whose set is too small to detect the difference that they decide on. */
export const tooFewItems: Rule = {
  id: "too-few-items",
  number: null,
  mistake: "an evaluation that cannot detect the difference it decides on",
  check: ({ gates, gateProblems }) => {
    const [first, ...others] = gates;
    if (first === undefined) {
      const because = gateProblems.length === 0 ? "no evaluation states a gate" : gateProblems.join("; ");
      return {
        state: "not-checkable",
        text: `Not checkable, because ${because}.`,
        action: "tunewright eval gate NAME",
      };
    }
    const weak = gates.filter(({ detectable, decides }) => detectable === null || detectable > decides);
    if (weak.length === 0) {
      return {
        state: "pass",
        text: `${counted(gates.length, "gate")}: each set is large enough for the difference that its gate decides on.`,
        evidence: [evidenceOf(first), ...others.map(evidenceOf)],
      };
    }
    return {
      state: "finding",
      text: `${counted(weak.length, "gate")} of ${gates.length} cannot detect the difference that it decides on (80 % power, 5 % level).`,
      evidence: weak.map(evidenceOf) as [AuditEvidence, ...AuditEvidence[]],
      price: noPrice(
        "the decisions that rest on the gate have no price in the folder",
        "enlarge the set, then run the gate again",
      ),
      action: "tunewright data freeze FILE --out FOLDER with more items, then tunewright eval run NAME",
    };
  },
};

function evidenceOf({ file, gate, scorer, items, decides, detectable }: GateFact): AuditEvidence {
  // The detectable difference falls with the square root of the number of items.
  const needed = detectable === null || decides === 0 ? null : Math.ceil(items * (detectable / decides) ** 2);
  const enough = detectable !== null && detectable <= decides;
  const more = enough || needed === null ? "" : `; about ${needed.toLocaleString("en-US")} items are needed`;
  return {
    place: `${file}, gates, ${gate}`,
    says: `${scorer} on ${counted(items, "item")}: decides on ${formatNumber(decides, 3)}, detects ${detectable === null ? "nothing" : formatNumber(detectable, 3)}${more}`,
  };
}
