/** Maximum number of repetitions that replaces `+` and `*`, so that a match ends. */
const MOST_REPEATS = 64;

/** Number of ways to match at which counting stops. */
const CAP = 1e9;

/** A pattern in which all repetition is bounded, and the number of ways in which it can match at one position. */
export type BoundedPattern = { source: string; ways: number };

/**
 * A level of nesting during parsing: the ways of the previous alternatives, of the current one, and of its last atom.
 */
type Level = { before: number; now: number; atom: number };

/**
 * Bounds a regular expression and counts the ways in which it can match at one position, which a backtracking engine
 * may all try. An atom with w ways that repeats n to m times has w to the power of m, times m - n + 1; consecutive
 * atoms multiply, alternatives add. Nested repetition, which takes exponential time, therefore has a large count.
 *
 * @returns undefined for a pattern with a back-reference or without a known bound
 */
export function boundedPattern(pattern: string): BoundedPattern | undefined {
  const levels: Level[] = [{ before: 0, now: 1, atom: 1 }];
  let source = "";
  for (let index = 0; index < pattern.length;) {
    const level = levels.at(-1)!;
    const token = tokenAt(pattern, index);
    if (token === undefined) return undefined;
    index += token.length;
    if (token === "|")
      levels[levels.length - 1] = { before: capped(level.before + level.now * level.atom), now: 1, atom: 1 };
    else if (token.startsWith("(")) {
      level.now = capped(level.now * level.atom);
      level.atom = 1;
      levels.push({ before: 0, now: 1, atom: 1 });
    } else if (token === ")") {
      const closed = levels.pop()!;
      const outer = levels.at(-1);
      if (outer === undefined) return undefined;
      outer.atom = capped(closed.before + closed.now * closed.atom);
    } else if (/^[+*?{]/.test(token)) {
      const [least, most] = repeats(token);
      level.atom = capped(Math.min(CAP, level.atom ** most) * (most - least + 1));
      source += `{${least},${most}}${token.endsWith("?") && token !== "?" ? "?" : ""}`;
      continue;
    } else {
      level.now = capped(level.now * level.atom);
      level.atom = 1;
    }
    source += token;
  }
  const [top] = levels;
  return levels.length === 1 ? { source, ways: capped(top!.before + top!.now * top!.atom) } : undefined;
}

/**
 * The next token: a quantifier, the opening of a group, an escape, a class, or one character; undefined for a
 * back-reference.
 */
function tokenAt(pattern: string, position: number): string | undefined {
  const rest = pattern.slice(position);
  if (/^\\(?:[1-9]|k<)/.test(rest)) return undefined;
  return /^(?:\\(?:u\{[^}]*\}|[pP]\{[^}]*\}|[\s\S])|\[(?:\\[\s\S]|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?|(?:[+*?]|\{\d+(?:,\d*)?\})\??|[\s\S])/.exec(
    rest,
  )![0];
}

/** Minimum and maximum repetitions of a quantifier. */
function repeats(token: string): readonly [number, number] {
  if (token.startsWith("+")) return [1, MOST_REPEATS];
  if (token.startsWith("*")) return [0, MOST_REPEATS];
  if (token.startsWith("?")) return [0, 1];
  const [, least, comma, most] = /^\{(\d+)(,?)(\d*)\}/.exec(token)!;
  const from = Number(least);
  if (comma === "") return [from, from];
  return [from, most === "" ? Math.max(from, MOST_REPEATS) : Number(most)];
}

function capped(ways: number): number {
  return Math.min(CAP, ways);
}

/** Maximum number of ways in which a user's pattern may match at one position. */
const MOST_WAYS = 10_000;

/**
 * Reason why a user's pattern is not applied to texts, and what to write instead; undefined for an acceptable pattern.
 */
export function patternProblem(pattern: string): { text: string; hint: string } | undefined {
  const invalid = engineProblem(pattern);
  if (invalid !== undefined)
    return { text: `it is not a valid regular expression: ${invalid}`, hint: "correct the pattern" };
  const bounded = boundedPattern(pattern);
  if (bounded === undefined) return { text: "the pattern has a back-reference", hint: "write out the alternatives" };
  if (bounded.ways > MOST_WAYS) {
    return {
      text: `the pattern can match in more than ${MOST_WAYS} ways at one place`,
      hint: "bound every repetition, as in [0-9]{4,12}, and do not nest repetitions",
    };
  }
  if (!new RegExp(`^(?:${bounded.source})$`, "iu").test("")) return undefined;
  return { text: "the pattern matches the empty text", hint: "require at least one character" };
}

/** The engine's error for an invalid pattern, without the pattern. */
function engineProblem(pattern: string): string | undefined {
  try {
    return RegExp(pattern, "u") instanceof RegExp ? undefined : "not a pattern";
  } catch (error) {
    const { message } = error as Error;
    const last = message.slice(message.lastIndexOf(": ") + 2);
    return last.slice(0, 1).toLowerCase() + last.slice(1);
  }
}
