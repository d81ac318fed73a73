/** Reason why a row is not worth training on: a code, and the evidence. */
export type Verdict<Reason extends string = string> = { reason: Reason; detail: string };

/** Result of a code check: wrong, or partial and not to be judged alone; `isOpen` if a bracket is never closed. */
export type CodeProblem = { isPartial: boolean; isOpen?: boolean; detail: string };

/** Text of a share and its limit. */
export function shareDetail(what: string, share: number, limit: number): string {
  return `${what} ${share.toFixed(3)}, limit ${limit}`;
}
