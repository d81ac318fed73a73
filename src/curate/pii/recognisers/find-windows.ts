/** A piece of text worth reading closely. */
export type Window = { start: number; end: number };

/** What a match has at least, so that pieces of text without it are skipped unread. */
export type Needs = {
  /** Digits with at most GAP other characters between two of them. */
  digits: number;
  /** A letter of A to Z right beside one of the digits. */
  mixed?: boolean | undefined;
  /** Characters that a match may have before its first digit or after its last; REACH where left out. */
  reach?: number | undefined;
};

/** A stretch of digits: where it begins and ends, how many they are, whether a letter touches one. */
type Chain = Window & { digits: number; mixed: boolean };

/** Characters between two digits of one chain: spaces, brackets, hyphens, a few letters. */
const GAP = 4;

const REACH = 32;

/** How much further a window grows to end between words. */
const STRETCH = 256;

/**
 * Finds where the digits of a text are, in one pass, and hands out the pieces around those that a recogniser needs.
 *
 * Most prose has few digits, and fewer that stand together, so most recognisers see little of it. A piece ends at a
 * space where one is near; no match of a recogniser that states its needs truly crosses its ends.
 */
export function windowFinder(text: string): (needs: Needs) => readonly Window[] {
  const chains = findChains(text);
  const most = chains.reduce((max, { digits }) => Math.max(max, digits), 0);
  const isMixed = chains.some((chain) => chain.mixed);
  return ({ digits, mixed = false, reach = REACH }) => {
    if (most < digits || (mixed && !isMixed)) return [];
    const windows: Window[] = [];
    for (const chain of chains) {
      if (chain.digits < digits || (mixed && !chain.mixed)) continue;
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
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 57 || code < 48) continue;
    if (open === undefined || at - open.end > GAP) {
      open = { start: at, end: at, digits: 0, mixed: isLetter(text.charCodeAt(at - 1)) };
      chains.push(open);
    } else if (!open.mixed && at > open.end) open.mixed = isLetter(text.charCodeAt(at - 1));
    open.end = at + 1;
    open.digits += 1;
    if (!open.mixed) open.mixed = isLetter(text.charCodeAt(at + 1));
  }
  return chains;
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
