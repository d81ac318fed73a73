/** Errors in lines of Python that are found before parsing. Lines are numbered from 1. */
export type LineProblem = { line: number; isPartial: boolean };

/** A logical line: brackets and multi-line strings are joined. Its indentation in columns, and in characters. */
type LogicalLine = { line: number; width: number; marks: number; first: string; last: string };

/** Columns between tab stops. */
const TAB = 8;

/**
 * The first invalid line of Python code: its indentation matches no earlier line, is deeper without a new block, or
 * equals another only for a certain tab width; its string is never closed; or it returns outside a function. The
 * grammar accepts these errors.
 *
 * @source The Python Language Reference, 2.1.8 (indentation), 2.4.1 (string literals), 7.6 (return)
 */
export function lineProblem(code: string): LineProblem | undefined {
  const { lines, openString } = logicalLines(code);
  const stack: { width: number; marks: number; isFunction: boolean }[] = [];
  let before: LogicalLine | undefined;
  let hasFunction = false;
  for (const line of lines) {
    if (openString !== undefined && line.line >= openString) break;
    if (before === undefined) stack.push({ width: line.width, marks: line.marks, isFunction: false });
    else if (line.width > stack.at(-1)!.width) {
      if (before.last !== ":" || line.marks <= stack.at(-1)!.marks) return { line: line.line, isPartial: false };
      stack.push({ width: line.width, marks: line.marks, isFunction: /^(?:async\s+)?def\b/.test(before.first) });
    } else {
      while (stack.length > 1 && stack.at(-1)!.width > line.width) stack.pop();
      const { width, marks } = stack.at(-1)!;
      if (width !== line.width || marks !== line.marks) return { line: line.line, isPartial: false };
    }
    hasFunction ||= /^(?:async\s+)?def\b/.test(line.first);
    const isInFunction = stack.some(({ isFunction }) => isFunction);
    if (/^return\b/.test(line.first) && !isInFunction) return { line: line.line, isPartial: !hasFunction };
    before = line;
  }
  return openString === undefined ? undefined : { line: openString, isPartial: false };
}

/** Splits code into logical lines; stops at a string that is not closed on its line. */
function logicalLines(code: string): { lines: LogicalLine[]; openString: number | undefined } {
  const lines: LogicalLine[] = [];
  let [line, depth, isStart] = [1, 0, true];
  for (let index = 0; index < code.length;) {
    if (isStart) {
      const [space] = /^[ \t\f]*/.exec(code.slice(index, index + 400))!;
      const rest = code.slice(index + space.length, index + space.length + 80);
      index += space.length;
      if (rest === "") break;
      if (!/^[#\n]/.test(rest)) {
        lines.push({ line, width: columns(space), marks: space.length, first: rest, last: "" });
        isStart = false;
      }
    }
    const mark = code[index]!;
    if (mark === "#") index = endOfLine(code, index);
    else if (mark === "\n") {
      line += 1;
      index += 1;
      isStart = depth === 0;
    } else if (mark === "\\" && code[index + 1] === "\n") {
      line += 1;
      index += 2;
    } else if (mark === '"' || mark === "'") {
      const end = endOfString(code, index);
      if (end === undefined) return { lines, openString: line };
      line += code.slice(index, end).split("\n").length - 1;
      index = end;
      if (lines.length > 0) lines.at(-1)!.last = mark;
    } else {
      if ("([{".includes(mark)) depth += 1;
      if (")]}".includes(mark)) depth = Math.max(0, depth - 1);
      if (mark.trim() !== "" && lines.length > 0) lines.at(-1)!.last = mark;
      index += 1;
    }
  }
  return { lines, openString: undefined };
}

function columns(space: string): number {
  let width = 0;
  for (const mark of space) width = mark === "\t" ? width - (width % TAB) + TAB : mark === " " ? width + 1 : width;
  return width;
}

function endOfLine(code: string, position: number): number {
  const end = code.indexOf("\n", position);
  return end === -1 ? code.length : end;
}

/** End of the string that begins here; undefined if it is not closed. */
function endOfString(code: string, from: number): number | undefined {
  const quote = code[from]!;
  const isLong = code.startsWith(quote.repeat(3), from);
  for (let index = from + (isLong ? 3 : 1); index < code.length; index++) {
    if (code[index] === "\\") index += 1;
    else if (isLong ? code.startsWith(quote.repeat(3), index) : code[index] === quote) return index + (isLong ? 3 : 1);
    else if (!isLong && code[index] === "\n") return undefined;
  }
  return undefined;
}
