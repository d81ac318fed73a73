/** A piece of text that needs a closer check. */
export type Window = { start: number; end: number };

/** Minimum content of a match, so that other pieces of text are skipped. */
export type Needs = {
  /** Digits with at most GAP other characters between two of them. */
  digits: number;
  /** A letter of A to Z adjacent to one of the digits. */
  mixed?: boolean | undefined;
  /** Maximum number of characters of a match before its first digit or after its last; default: REACH. */
  reach?: number | undefined;
  /** Minimum and maximum number of consecutive digits that every match contains. */
  row?: readonly [least: number, most: number] | undefined;
};

/**
 * A stretch of digits: its start and end, the number of digits, whether a letter is adjacent, and a bit for each length
 * of a run of consecutive digits in it.
 */
type Chain = Window & { digits: number; mixed: boolean; rows: number };

/** Maximum number of characters between two digits of one chain: spaces, brackets, hyphens, a few letters. */
const GAP = 4;

const REACH = 32;

/** Number of characters by which a window may grow to end between words. */
const STRETCH = 256;

/** Runs of this many digits or more share a bit. */
const LONG_ROW = 30;

/**
 * Finds the digits of a text in one pass and returns the pieces around those that a recogniser needs.
 * Most prose has few digits, and fewer consecutive ones, so most recognisers examine little of it. A piece ends at a
 * space if one is near. No match of a recogniser that declares its needs correctly crosses the ends of a piece.
 */
export function windowFinder(text: string): (needs: Needs) => readonly Window[] {
  const chains = findChains(text);
  const most = chains.reduce((max, { digits }) => Math.max(max, digits), 0);
  const isMixed = chains.some((chain) => chain.mixed);
  const allRows = chains.reduce((all, { rows }) => all | rows, 0);
  return ({ digits, mixed = false, reach = REACH, row }) => {
    const wanted = row === undefined ? -1 : rowBits(row);
    if (most < digits || (mixed && !isMixed) || (allRows & wanted) === 0) return [];
    const windows: Window[] = [];
    for (const chain of chains) {
      if (chain.digits < digits || (mixed && !chain.mixed) || (chain.rows & wanted) === 0) continue;
      const window = widened(text, chain, reach);
      const before = windows.at(-1);
      if (before === undefined || window.start > before.end) windows.push(window);
      else before.end = Math.max(before.end, window.end);
    }
    return windows;
  };
}

function findChains(text: string): Chain[] {
  const chains: Chain[] = [];
  let open: Chain | undefined;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 57 || code < 48) continue;
    let end = index + 1;
    while (end < text.length && isDigit(text.charCodeAt(end))) end += 1;
    if (open === undefined || index - open.end > GAP) {
      open = { start: index, end, digits: 0, mixed: false, rows: 0 };
      chains.push(open);
    }
    open.mixed ||= isLetter(text.charCodeAt(index - 1)) || isLetter(text.charCodeAt(end));
    open.digits += end - index;
    open.rows |= 1 << Math.min(end - index, LONG_ROW);
    open.end = end;
    index = end;
  }
  return chains;
}

/** One bit for each length from the minimum to the maximum. */
function rowBits([least, most]: readonly [number, number]): number {
  return (2 << Math.min(most, LONG_ROW)) - (1 << Math.min(least, LONG_ROW));
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function widened(text: string, { start, end }: Window, reach: number): Window {
  let from = Math.max(0, start - reach);
  for (let steps = 0; from > 0 && steps < STRETCH && !isSpace(text.charCodeAt(from - 1)); steps++) from -= 1;
  let to = Math.min(text.length, end + reach);
  for (let steps = 0; to < text.length && steps < STRETCH && !isSpace(text.charCodeAt(to)); steps++) to += 1;
  return { start: from, end: to };
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13) || code === 0xa0;
}
