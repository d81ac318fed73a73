import { codeBrackets, LANGUAGES } from "./code-brackets.ts";
import type { CodeProblem } from "./verdict.ts";

/** True for the tag of a language whose code brackets can be distinguished from those in strings and comments. */
export function hasBrackets(tag: string): boolean {
  return LANGUAGES.has(tag);
}

const CLOSERS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/**
 * Reason why the brackets of code do not match. Closing brackets at the end without opening ones belong to the code
 * around an excerpt; the result is then partial.
 */
export function bracketProblem(code: string, tag: string): CodeProblem | undefined {
  const open: { mark: string; line: number }[] = [];
  const found = codeBrackets(code, tag);
  if (found === undefined) return undefined;
  for (const [index, { mark, line }] of found.entries()) {
    if (CLOSERS[mark] !== undefined) {
      open.push({ mark, line });
      continue;
    }
    const last = open.pop();
    if (last === undefined) {
      const isPartial = found.slice(index).every((bracket) => bracket.mark === "}" || bracket.mark === ")");
      return { isPartial, detail: `a ${tag} block closes a ${mark} on line ${line} that it never opened` };
    }
    if (CLOSERS[last.mark] !== mark) {
      return {
        isPartial: false,
        detail: `a ${tag} block opens ${last.mark} on line ${last.line} and closes ${mark} on line ${line}`,
      };
    }
  }
  const last = open.at(-1);
  return last === undefined
    ? undefined
    : {
        isPartial: false,
        isOpen: true,
        detail: `a ${tag} block opens ${last.mark} on line ${last.line} and never closes it`,
      };
}
