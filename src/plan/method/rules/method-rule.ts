import type { MethodId } from "../../../domain/method.ts";
import type { MethodFacts } from "../../../domain/method-facts.ts";

/**
 * A rule for or against methods. Points are its weight: 5 slight, 10 normal, 20 strong, 40 decides among usable
 * methods, 100 is decisive; 0 is a note. The points are our judgement; the facts behind them have sources.
 */
export type MethodRule = {
  id: string;
  /** Condition of the rule in words, for the printed table. */
  about: string;
  methods: readonly MethodId[];
  /** Positive: for the method; negative: against it. */
  points: number;
  /** The method cannot be used if the rule matches: nothing to train on, or no space on the fleet. */
  excludes?: "no-data" | "no-room";
  when: (facts: MethodFacts, method: MethodId) => boolean;
  /** The reason with the numbers of the facts. */
  sentence: (facts: MethodFacts, method: MethodId) => string;
  /** Paper, measurement or page. */
  source: string;
};
