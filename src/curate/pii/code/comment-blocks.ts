import { lineEnd } from "../../../base/words.ts";

/**
 * Minimum number of consecutive lines that begin like comments: `// x` and `;; x` are rarely anything else, `# x` may be a Markdown
 * heading, `-- x` a line of a dialogue.
 */
const [SLASHES, HASHES, DASHES] = [2, 3, 3];

const FEWEST: ReadonlyMap<string, number> = new Map([
  ["#", HASHES],
  ["--", DASHES],
]);

/** Marks that open a comment of several lines at the start of a line, with the marks that close it. */
const BLOCKS: readonly (readonly [open: RegExp, close: string])[] = [
  [/^\s*\/\*/, "*/"],
  [/^\s*\{-/, "-}"],
  [/^\s*\{\{-? ?\/\*/, "*/"],
  [/^\s*<!--/, "-->"],
  [/^\s*\(\*(?!\))/, "*)"],
];

/** Documentation of Perl (perlpodspec), and comments of Ruby, which have the same form. */
const POD = /^=(?:head[1-6]|over|item|back|pod|begin|end|for|encoding|cut)\b/;

/** `C<code>`, `L<link>`: also Perl documentation, if a part of it has no directive. */
const POD_CODE = /(?:^|[\s("])[BCEFILSX]<[^<>\n]{1,200}/;

/** Maximum number of characters of a comment. */
const LONGEST = 20_000;

/**
 * Comments outside any line of code: licence headers, block comments, Perl documentation, and several consecutive
 * comment lines. Takes linear time.
 */
export function commentBlocks(
  text: string,
  { start, end }: { start: number; end: number },
): { start: number; end: number }[] {
  const blocks: { start: number; end: number }[] = [];
  let row: { sign: string; start: number; end: number; lines: number } | undefined;
  const close = (): void => {
    if (row !== undefined && row.lines >= (FEWEST.get(row.sign) ?? SLASHES)) blocks.push(row);
    row = undefined;
  };
  for (let index = start; index < end;) {
    let stop = Math.min(end, lineEnd(text, index));
    const line = text.slice(index, Math.min(stop, index + 80));
    const sign = /^\s*(\/\/|;;|#(?=#* |#*$)|--(?= |$))/.exec(line)?.[1];
    if (POD_CODE.test(text.slice(index, Math.min(stop, index + 400)))) blocks.push({ start: index, end: stop });
    const block = sign === undefined ? blockEnd(text, { line, from: index, end }) : -1;
    if (block !== -1) {
      close();
      stop = Math.min(end, lineEnd(text, block));
      blocks.push({ start: index, end: stop });
    } else if (sign === undefined) close();
    else if (row?.sign === sign) {
      row.lines += 1;
      row.end = stop;
    } else {
      close();
      row = { sign, start: index, end: stop, lines: 1 };
    }
    index = stop + 1;
  }
  close();
  return blocks;
}

/** End of the multi-line comment that a line opens; -1 if it opens none. */
function blockEnd(text: string, { line, from, end }: { line: string; from: number; end: number }): number {
  if (POD.test(line)) {
    const cut = text.indexOf("\n=cut", from);
    return cut === -1 || cut > end ? end : cut + "\n=cut".length;
  }
  for (const [open, sign] of BLOCKS) {
    if (!open.test(line)) continue;
    const close = text.indexOf(sign, from + 2);
    return close === -1 || close > end || close - from > LONGEST ? -1 : close;
  }
  return -1;
}
