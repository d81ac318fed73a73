import type { PaperAnswer } from "./fill-paper.ts";

/** Fields that are asked for only if another one has an answer, and the end of their group. */
const ONLY_IF: readonly { asks: string; unless: string; fields: readonly string[] }[] = [
  { asks: "PST.2.1.used", unless: "no", fields: ["PST.2.1.mod", "PST.2.1.large", "PST.2.1.otherdesc"] },
  { asks: "PST.2.2.1.lic", unless: "no", fields: ["PST.2.2.1.mod"] },
  { asks: "PST.2.2.2.used", unless: "no", fields: ["PST.2.2.2.mod", "PST.2.2.2.known", "PST.2.2.2.desc"] },
  {
    asks: "PST.2.3.used",
    unless: "no",
    fields: ["names", "purpose", "behav", "period", "content", "mod", "domains"].map((name) => `PST.2.3.${name}`),
  },
  { asks: "PST.2.4.prod", unless: "no", fields: ["PST.2.4.desc", "PST.2.4.mod"] },
  { asks: "PST.2.5.used", unless: "no", fields: ["PST.2.5.mod", "PST.2.5.models", "PST.2.5.others"] },
  { asks: "PST.2.6.used", unless: "no", fields: ["PST.2.6.desc"] },
  { asks: "M50.1.interacts", unless: "no", fields: ["M50.1.notice", "M50.1.test"] },
  { asks: "R30.x.role", unless: "controller", fields: ["R30.2.a", "R30.2.b", "R30.2.c", "R30.2.d"] },
];

/**
 * The answers, with fields filled in that do not apply because of the answer to another field, which each of them
 * names.
 */
export function withInapplicable(answers: ReadonlyMap<string, PaperAnswer>): Map<string, PaperAnswer> {
  const filled = new Map(answers);
  for (const { asks, unless, fields } of ONLY_IF) {
    const decided = filled.get(asks);
    if (decided?.answer !== unless) continue;
    for (const field of fields) {
      if ((filled.get(field)?.answer ?? null) !== null) continue;
      filled.set(field, { answer: "not applicable", from: `${asks} is "${unless}" (${decided.from})` });
    }
  }
  return filled;
}
