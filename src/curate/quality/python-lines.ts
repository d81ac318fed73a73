/** What is wrong with the lines of Python, before any grammar: from 1. */
export type LineProblem = { line: number; isPartial: boolean };

/** A logical line: brackets and strings of several lines are one. */
type LogicalLine = { line: number; width: number; first: string; last: string };

/** Columns between the stops of a tab. */
const TAB = 8;

/**
 * The first line of Python that is indented as none before it is, that is further in though no block begins, whose string is
 * never closed, or that returns from no function. The grammar is lenient in these.
 *
 * @source The Python Language Reference, 2.1.8 (indentation), 2.4.1 (string literals), 7.6 (return)
 */
export function lineProblem(code: string): LineProblem | undefined {
  const { lines, openString } = logicalLines(code);
  const stack: { width: number; isFunction: boolean }[] = [];
  let before: LogicalLine | undefined;
  let hasFunction = false;
  for (const each of lines) {
    if (openString !== undefined && each.line >= openString) break;
    if (before === undefined) stack.push({ width: each.width, isFunction: false });
    else if (each.width > stack.at(-1)!.width) {
      if (before.last !== ":") return { line: each.line, isPartial: false };
      stack.push({ width: each.width, isFunction: /^(?:async\s+)?def\b/.test(before.first) });
    } else {
      while (stack.length > 1 && stack.at(-1)!.width > each.width) stack.pop();
      if (stack.at(-1)!.width !== each.width) return { line: each.line, isPartial: false };
    }
    hasFunction ||= /^(?:async\s+)?def\b/.test(each.first);
    const isInFunction = stack.some(({ isFunction }) => isFunction);
    if (/^return\b/.test(each.first) && !isInFunction) return { line: each.line, isPartial: !hasFunction };
    before = each;
  }
  return openString === undefined ? undefined : { line: openString, isPartial: false };
}

/** Cuts code into logical lines; ends at a string that its line does not close. */
function logicalLines(code: string): { lines: LogicalLine[]; openString: number | undefined } {
  const lines: LogicalLine[] = [];
  let [line, depth, isStart] = [1, 0, true];
  for (let at = 0; at < code.length;) {
    if (isStart) {
      const [space] = /^[ \t\f]*/.exec(code.slice(at, at + 400))!;
      const rest = code.slice(at + space.length, at + space.length + 80);
      at += space.length;
      if (rest === "") break;
      if (!/^[#\n]/.test(rest)) {
        lines.push({ line, width: columns(space), first: rest, last: "" });
        isStart = false;
      }
    }
    const mark = code[at]!;
    if (mark === "#") at = endOfLine(code, at);
    else if (mark === "\n") {
      line += 1;
      at += 1;
      isStart = depth === 0;
    } else if (mark === "\\" && code[at + 1] === "\n") {
      line += 1;
      at += 2;
    } else if (mark === '"' || mark === "'") {
      const end = endOfString(code, at);
      if (end === undefined) return { lines, openString: line };
      line += code.slice(at, end).split("\n").length - 1;
      at = end;
      if (lines.length > 0) lines.at(-1)!.last = mark;
    } else {
      if ("([{".includes(mark)) depth += 1;
      if (")]}".includes(mark)) depth = Math.max(0, depth - 1);
      if (mark.trim() !== "" && lines.length > 0) lines.at(-1)!.last = mark;
      at += 1;
    }
  }
  return { lines, openString: undefined };
}

function columns(space: string): number {
  let width = 0;
  for (const mark of space) width = mark === "\t" ? width - (width % TAB) + TAB : mark === " " ? width + 1 : width;
  return width;
}

function endOfLine(code: string, at: number): number {
  const end = code.indexOf("\n", at);
  return end === -1 ? code.length : end;
}

/** Behind the string that begins here; undefined where it is not closed. */
function endOfString(code: string, from: number): number | undefined {
  const quote = code[from]!;
  const isLong = code.startsWith(quote.repeat(3), from);
  for (let at = from + (isLong ? 3 : 1); at < code.length; at++) {
    if (code[at] === "\\") at += 1;
    else if (isLong ? code.startsWith(quote.repeat(3), at) : code[at] === quote) return at + (isLong ? 3 : 1);
    else if (!isLong && code[at] === "\n") return undefined;
  }
  return undefined;
}
