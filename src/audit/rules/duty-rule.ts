import { counted } from "../../base/words.ts";
import { commandLine } from "../../base/command-line.ts";
import type { AuditEvidence } from "../../domain/audit.ts";
import type { DutyFact } from "../facts.ts";
import { noPrice, type Rule } from "../rule.ts";

/** Number of duties named in the evidence; the text states how many others there are. */
const NAMED = 5;

/** Duties that apply today without current evidence. This does not prove a breach, so it does not count as one. */
export const dutiesWithoutEvidence: Rule = {
  id: "duties-overdue",
  number: null,
  mistake: "duties that apply and have no evidence",
  check: ({ duties, undecidedDuties, dutyProblem, shownDir }) => {
    const undecided =
      undecidedDuties === 0
        ? ""
        : ` Whether ${dutyCount(undecidedDuties, "more ")} ${undecidedDuties === 1 ? "applies" : "apply"} depends on facts that nobody stated: ${commandLine(["comply", "ask", shownDir])}.`;
    if (duties.length === 0) {
      return {
        state: "not-checkable",
        text: `Not checkable, because ${dutyProblem ?? "no duty is known to apply: facts are missing"}.`,
        action: commandLine(["comply", "ask", shownDir]),
      };
    }
    const open = duties.filter((duty) => duty.open.length > 0);
    const [first, ...rest] = open.slice(0, NAMED).map(evidenceOf);
    if (first === undefined) {
      return {
        state: "pass",
        text: `${dutyCount(duties.length)} in force, each with current evidence.${undecided}`,
        evidence: [
          {
            place: "comply show",
            says: counted(
              duties.reduce((sum, { asked }) => sum + asked, 0),
              "item",
            ),
          },
        ],
      };
    }
    return {
      state: "finding",
      text: `Duties in force without current evidence in the folder: ${open.length} of ${duties.length}. Missing evidence is not proof of a breach: ask counsel.${undecided}`,
      evidence: [first, ...rest, ...moreOf(open.length - NAMED)],
      price: noPrice("fines depend on the case and are not estimated", "tunewright comply show lists what is missing"),
      action: commandLine(["comply", "show", shownDir]),
    };
  },
};

/** A number of duties in words. */
function dutyCount(count: number, qualifier = ""): string {
  return `${count} ${qualifier}${count === 1 ? "duty" : "duties"}`;
}

/** The duties beyond those that are named. */
function moreOf(count: number): AuditEvidence[] {
  return count > 0 ? [{ place: "comply show", says: `${dutyCount(count, "more ")} without current evidence` }] : [];
}

function evidenceOf({ id, title, ref, from, asked, open }: DutyFact): AuditEvidence {
  const since = from === null ? "" : `, since ${from}`;
  return {
    place: `${id} (${ref})`,
    says: `${title}${since}: ${open.length} of ${asked} missing or out of date: ${open.join(", ")}`,
  };
}
