import type { MethodId } from "../../../domain/method.ts";
import type { MethodFacts } from "../../../domain/method-facts.ts";

/**
 * A rule for or against methods. Its points are its weight: 5 is slight, 10 normal, 20 strong, 40 decides among usable
 * methods, 100 is decisive; 0 is a note. The points are our judgement; the facts behind them have sources.
 */
export type MethodRule = {
  id: string;
  /** Condition of the rule in words, for the printed table. */
  about: string;
  methods: readonly MethodId[];
  /** Positive if for the method, negative if against it. */
  points: number;
  /** Set if the method cannot be used when the rule matches: there is nothing to train on, or no space on the fleet. */
  excludes?: "no-data" | "no-room";
  when: (facts: MethodFacts, method: MethodId) => boolean;
  /** Returns the reason with the numbers of the facts. */
  sentence: (facts: MethodFacts, method: MethodId) => string;
  /** Paper, measurement or page. */
  source: string;
};
