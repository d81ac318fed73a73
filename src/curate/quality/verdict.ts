/** Why a row is not worth training on: a code, and what was seen. */
export type Verdict<Reason extends string = string> = { reason: Reason; detail: string };

/** What a look at code found: it is wrong, or a part of something that cannot be judged alone. */
export type CodeProblem = { isPartial: boolean; detail: string };

/** A share next to its limit, for a person. */
export function shareDetail(what: string, share: number, limit: number): string {
  return `${what} ${share.toFixed(3)}, limit ${limit}`;
}
