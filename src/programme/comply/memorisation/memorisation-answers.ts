import type { Memorisation } from "../../../domain/memorisation.ts";
import type { PaperAnswer } from "../fill-paper.ts";
import { MEMORISATION_FILE } from "./memorisation-file.ts";

/** Answers for papers from the last test of memorisation: risks of extraction, and evidence of the measures. */
export function memorisationAnswers(tested: Memorisation | null): [string, PaperAnswer][] {
  if (tested === null) return [];
  const { reasons, verdict, on, verbatim } = tested;
  const from = `${MEMORISATION_FILE}, ${on}`;
  const answer = `${reasons.join("; ")}; verdict: ${verdict}`;
  const fields: [string, PaperAnswer][] = ["DPIA.C2", "DPIA.D2"].map((field) => [field, { answer, from }]);
  if (verbatim !== null) fields.push(["CPP.5.output", { answer: reasons.at(-1)!, from }]);
  return fields;
}
