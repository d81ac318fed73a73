import type { CodeProblem, Verdict } from "./verdict.ts";
import { bracketProblem, hasBrackets } from "./bracket-problem.ts";
import type { CodeBlock, TextParts } from "./code-blocks.ts";
import { pythonProblem } from "./python-problem.ts";
import { scriptProblem } from "./script-problem.ts";
import { jsonProblem } from "./json-problem.ts";

/** Reason codes for code. */
type CodeReason = "open-code-block" | "invalid-json" | "broken-code" | "partial-code";

/** Maximum characters of a block that is checked. */
const PARSED_MAX = 100_000;

/** Signs of omitted code: an ellipsis, a blank to fill in, words such as "rest of the code". */
const LEFT_OUT = /\.\.\.|…|<[a-z_][a-z_ -]{0,30}>|\b(?:rest of|existing|your|remaining|other) (?:the |your )?code\b/i;

/** Keywords that indicate Python 2. */
const OF_PYTHON_2 = /\b(?:python[ -]?2|py2)(?!\d)/i;

/** A multi-line string: an ellipsis in it does not indicate omitted code. */
const LONG_STRING = /("""|''')[^]{0,5000}?\1/g;

/**
 * Errors in the code of an answer: a block that is not closed, JSON, Python or JavaScript that does not parse,
 * unmatched brackets in another language. Code with omitted parts is at most partial. No code is run.
 */
export function codeProblem(
  { blocks: fenced, isOpen, outside }: TextParts,
  asked: string,
): Verdict<CodeReason> | undefined {
  if (isOpen) return { reason: "open-code-block", detail: "a code fence is never closed: the answer may be truncated" };
  const blocks = fenced.length === 0 && isPython(outside) ? [{ tag: "python", code: outside }] : fenced;
  const isOfPython2 = OF_PYTHON_2.test(asked) || OF_PYTHON_2.test(outside);
  let partial: Verdict<CodeReason> | undefined;
  for (const block of blocks) {
    if (block.code.length > PARSED_MAX || block.code.trim() === "") continue;
    const found = blockProblem(block, isOfPython2);
    if (found === undefined) continue;
    if (!found.isPartial && !LEFT_OUT.test(block.code.replace(LONG_STRING, "")))
      return { reason: found.reason, detail: found.detail };
    partial ??= { reason: "partial-code", detail: found.detail };
  }
  return partial;
}

/** Start of a Python program without a fence, or with an unnamed fence. */
const PYTHON_START =
  /^\s*(?:def \w+\s?\(|class \w+[^\n]*:\s*$|from [\w.]+ import |import \w+(?:\.\w+)*(?: as \w+)?\s*$|@\w+)/m;

/** A sentence among the lines of code: text after a program is not an error. */
const SENTENCE = /^[ \t]*(?:[-*] |\d+\. )?[A-Z][a-z]+(?:,? [\w'’,]+){3,}/m;

/** True for a text that is nothing but a Python program. */
function isPython(text: string): boolean {
  const first = text.trimStart().slice(0, 200).split("\n")[0]!;
  return (
    PYTHON_START.test(first) &&
    /^(?:async )?(?:def|class)\b/m.test(text) &&
    !SENTENCE.test(text.replace(LONG_STRING, ""))
  );
}

function blockProblem(
  { tag, code }: CodeBlock,
  isOfPython2: boolean,
): (CodeProblem & { reason: CodeReason }) | undefined {
  if (tag === "json") return withReason("invalid-json", jsonProblem(code));
  if (tag === "python" || tag === "py" || tag === "python3" || (tag === "" && isPython(code)))
    return withReason("broken-code", pythonProblem(code, isOfPython2 || OF_PYTHON_2.test(code)));
  if (tag === "javascript" || tag === "js") return withReason("broken-code", scriptProblem(code));
  return hasBrackets(tag) ? withReason("broken-code", bracketProblem(code, tag)) : undefined;
}

function withReason(
  reason: CodeReason,
  found: CodeProblem | undefined,
): (CodeProblem & { reason: CodeReason }) | undefined {
  return found === undefined ? undefined : { reason, ...found };
}
