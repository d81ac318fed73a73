import { Failure } from "../../../base/failure.ts";

/** Checks that a model labels tokens. @throws Failure bad_input if its labels are those of another kind of model */
export function requireLabels(labels: readonly string[], config: string): void {
  if (!labels.includes("O") || labels.length < 2) {
    throw new Failure(
      "bad_input",
      `${config}: id2label has no label O, or only that one: not a token classification model`,
      { hint: "give a token classification model, with O as the label for other words" },
    );
  }
}
