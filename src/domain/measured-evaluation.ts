/** Cost of the last paid evaluation of a programme: answers, verdicts of judges, and vectors. */
export type MeasuredEvaluation = {
  /** Id of the evaluation: its folder in `evaluations/`. */
  id: string;
  /** Day on which it ended. */
  on: string;
  /** US dollars, a decimal string. */
  usd: string;
  items: number;
};
