import type { CodeProblem, Verdict } from "./verdict.ts";
import { bracketProblem, hasBrackets } from "./bracket-problem.ts";
import type { CodeBlock, TextParts } from "./code-blocks.ts";
import { pythonProblem } from "./python-problem.ts";
import { scriptProblem } from "./script-problem.ts";
import { jsonProblem } from "./json-problem.ts";

/** Reasons that code gives. */
type CodeReason = "open-code-block" | "invalid-json" | "broken-code" | "partial-code";

/** Characters of the longest block that is examined. */
const PARSED_MAX = 100_000;

/** Marks of something omitted: an ellipsis, a blank to be filled in, words that say so. */
const LEFT_OUT = /\.\.\.|…|<[a-z_][a-z_ -]{0,30}>|\b(?:rest of|existing|your|remaining|other) (?:the |your )?code\b/i;

/** Words that say that code is of Python 2. */
const OF_PYTHON_2 = /\b(?:python[ -]?2|py2)(?!\d)/i;

/** A string of several lines: an ellipsis in it leaves nothing out. */
const LONG_STRING = /("""|''')[^]{0,5000}?\1/g;

/**
 * What is wrong with the code of an answer: a block that is never closed, JSON, Python or JavaScript that does not
 * parse, brackets of another language that do not match. Code of which a part is omitted is found to be partial at
 * most. Nothing is run.
 */
export function codeProblem(
  { blocks: fenced, isOpen, outside }: TextParts,
  asked: string,
): Verdict<CodeReason> | undefined {
  if (isOpen) return { reason: "open-code-block", detail: "a code fence is never closed: the answer may be cut off" };
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

/** How a program of Python begins that has no fence, or a fence without a name. */
const PYTHON_START =
  /^\s*(?:def \w+\s?\(|class \w+[^\n]*:\s*$|from [\w.]+ import |import \w+(?:\.\w+)*(?: as \w+)?\s*$|@\w+)/m;

/** A sentence among the lines of code: what follows a program is not a mistake of it. */
const SENTENCE = /^[ \t]*(?:[-*] |\d+\. )?[A-Z][a-z]+(?:,? [\w'’,]+){3,}/m;

/** True for a text that is a program of Python and nothing else. */
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
