import { Script } from "node:vm";

import { bracketProblem } from "./bracket-problem.ts";
import type { CodeProblem } from "./verdict.ts";

/** Contexts in which JavaScript may be valid: alone, in a function, as a value, in a class. */
const PLACES: readonly ((code: string) => string)[] = [
  (code) => code,
  (code) => `async function* _(){\n${code}\n}`,
  (code) => `_ = (\n${code}\n)`,
  (code) => `class _ {\n${code}\n}`,
];

/**
 * Reason why JavaScript does not compile in any context. For JSX and excerpts, only the brackets are checked. No code
 * is run.
 */
export function scriptProblem(code: string): CodeProblem | undefined {
  if (/^[\s(]{0,20}<|(?:return|=>|\(|&&|\?|=)\s{0,20}<[A-Za-z>]/m.test(code)) return bracketProblem(code, "js");
  if (/^\s{0,20}(?:\.|case\b|\}|else\b|catch\b|[+-] )/.test(code)) return undefined;
  const script = withoutModules(code);
  let problem: string | undefined;
  for (const place of PLACES) {
    try {
      // oxlint-disable-next-line no-new -- compiles it and runs nothing
      new Script(place(script));
      return undefined;
    } catch (error) {
      problem ??= error instanceof Error ? error.message.slice(0, 80) : "unknown";
    }
  }
  if (/\b(?:import|export)\b\s{0,20}[\w*{"']/.test(script)) return bracketProblem(code, "js");
  return { isPartial: false, detail: `a JavaScript block does not compile: ${problem}` };
}

/** The script without syntax that only a module may contain. */
function withoutModules(code: string): string {
  if (!/\b(?:import|export)\b/.test(code)) return code;
  return code
    .replace(/^[ \t]{0,20}import\b[^;'"()]{0,5000}["'][^'"\n]{0,300}["'][^;\n]{0,60};?/gm, "")
    .replace(/^[ \t]{0,20}export\s{1,10}(?:\*[^;\n]{0,300}|\{[^}]{0,5000}\}[^;\n]{0,300});?/gm, "")
    .replace(/^[ \t]{0,20}export\s{1,10}default\b/gm, "_ =")
    .replace(/^[ \t]{0,20}export\b/gm, "")
    .replaceAll("import.meta", "_");
}
