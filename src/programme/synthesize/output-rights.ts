import { Failure } from "../../base/failure.ts";
import { judgeRights } from "../../curate/rights/judge-rights.ts";
import type { Synthesis } from "../../domain/synthesis.ts";
import type { OutputRights } from "../../domain/synthesis-result.ts";

/**
 * Whether the outputs of a model may be used for training, by the rules of `data rights` for your own rows written by
 * it.
 */
export function outputRights(
  model: string,
  { use, decision, on }: Pick<Synthesis, "use" | "decision"> & { on: string },
): OutputRights {
  const source = { source: "synthesis", own: true, generatedBy: [], optOut: [], decision };
  const { verdict, rule, detail, duties } = judgeRights(
    { source, licences: [], generatedBy: [model], signals: [] },
    { use, on },
  );
  return { verdict, rule, detail, duties };
}

/**
 * Refuses a model whose outputs may not be used for training, or whose terms are unknown, before anything is sent.
 *
 * @throws Failure check_failed
 */
export function requireRights(model: string, { verdict, detail }: OutputRights): void {
  if (verdict === "allowed") return;
  const what =
    verdict === "blocked"
      ? "its terms forbid training on its outputs"
      : "it is unknown whether its outputs may be trained on";
  throw new Failure("check_failed", `${model}: ${what}: ${detail}`, {
    hint: "choose another model, or record under decision: who allowed it, when and why",
  });
}
