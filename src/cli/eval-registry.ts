/** Commands of `eval` for results of other tools, public benchmarks and bias. */
export const EVAL_COMMANDS = [
  {
    path: ["eval", "benchmark"],
    summary: "run a public benchmark with lm-evaluation-harness or Inspect",
    load: () => import("./commands/eval-benchmark.ts"),
  },
  {
    path: ["eval", "import"],
    summary: "import results of lm-evaluation-harness, Inspect or promptfoo",
    load: () => import("./commands/eval-import.ts"),
  },
  {
    path: ["eval", "bias"],
    summary: "compare the groups of a slice: gaps, ratios, reworded items",
    load: () => import("./commands/eval-bias.ts"),
  },
  {
    path: ["eval", "swap"],
    summary: "write copies of items with words of a list replaced",
    load: () => import("./commands/eval-swap.ts"),
  },
];
