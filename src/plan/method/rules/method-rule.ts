import type { MethodId } from "../../../domain/method.ts";
import type { MethodFacts } from "../../../domain/method-facts.ts";

/**
 * A rule for or against methods. Its points say how much it weighs: 5 slight, 10 plain, 20 strong, 40 decides among
 * methods that could all be used, 100 settles it; 0 is a note. They are judgement; the facts behind them have sources.
 */
export type MethodRule = {
  id: string;
  /** When it speaks, in words: for the printed table. */
  about: string;
  methods: readonly MethodId[];
  /** Above 0 for, below 0 against. */
  points: number;
  /** The method cannot be used at all where the rule speaks: nothing to train on, or no room on the fleet. */
  excludes?: "no-data" | "no-room";
  when: (facts: MethodFacts, method: MethodId) => boolean;
  /** The reason with the facts' numbers filled in. */
  sentence: (facts: MethodFacts, method: MethodId) => string;
  /** Paper, measurement or page. */
  source: string;
};
