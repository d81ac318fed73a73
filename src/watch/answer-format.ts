import type { AnswerFormat } from "../domain/watch-file.ts";
import { Failure } from "../base/failure.ts";

/** A check of answers against a format. `needsText` if the measured request alone is not sufficient. */
export type FormatCheck = {
  needsText: boolean;
  has: (answer: { isJson: boolean; text: string | undefined }) => boolean | null;
};

/** Creates the check of a format. @throws Failure bad_input if the pattern is not a regular expression */
export function formatCheck(format: AnswerFormat): FormatCheck {
  if (format === "json") return { needsText: false, has: ({ isJson }) => isJson };
  let pattern: RegExp;
  try {
    pattern = new RegExp(format.pattern, "su");
  } catch (error) {
    throw new Failure("bad_input", `format.pattern is not a valid regular expression: ${(error as Error).message}`, {
      hint: String.raw`as in ^\([A-E]\)`,
    });
  }
  return { needsText: true, has: ({ text }) => (text === undefined ? null : pattern.test(text.slice(0, 20_000))) };
}
