import { describe, expect, test } from "vitest";

import { importWandb, WandbSweep } from "../../../src/launch/sweep/wandb.ts";
import { catchFailure } from "../../catch-failure.ts";

const imported = (parameters: WandbSweep["parameters"], more: object = {}): ReturnType<typeof importWandb> =>
  importWandb(WandbSweep.parse({ method: "bayes", parameters, ...more }), "s");

describe("a sweep of Weights & Biases", () => {
  test("keeps its metric, its ranges and its limit, and says what differs", () => {
    const { sweep, notes } = imported(
      {
        learning_rate: { distribution: "log_uniform_values", min: 1e-5, max: 1e-3 },
        lora_r: { values: [8, 16] },
        batch_size: { min: 2, max: 8 },
      },
      {
        metric: { name: "eval/loss", goal: "minimize" },
        early_terminate: { type: "hyperband", min_iter: 3, eta: 2 },
        run_cap: 20,
      },
    );
    expect(sweep).toMatchObject({
      metric: "eval_loss",
      trials: 20,
      search: { method: "tpe" },
      stopping: { rule: "asha", minSteps: 3, eta: 2 },
      space: {
        learningRate: { min: 1e-5, max: 1e-3, scale: "log" },
        loraRank: { values: [8, 16] },
        batchSequences: { min: 2, max: 8, scale: "linear", step: 1 },
      },
    });
    expect(notes).toHaveLength(3);
  });

  test("names everything that it leaves out", () => {
    const { notes } = imported(
      { lora_r: { values: [8, 16], probabilities: [0.9, 0.1] } },
      {
        program: "train.py",
        command: ["python", "train.py"],
        metric: { name: "loss", target: 0.2 },
        early_terminate: { type: "hyperband", min_iter: 3, strict: true },
      },
    );
    const left = notes.filter((note) => note.startsWith("left out")).join("\n");
    for (const key of ["program", "command", "metric.target", "early_terminate.strict", "lora_r.probabilities"]) {
      expect(left).toContain(key);
    }
  });

  test("reads the bounds of log_uniform as exponents of e", () => {
    const { sweep } = imported({ lr: { distribution: "log_uniform", min: -10, max: -5 } });
    expect(sweep).toMatchObject({ space: { learningRate: { min: Math.exp(-10), max: Math.exp(-5), scale: "log" } } });
  });

  test.each([
    { parameters: { optimizer: { values: ["adamw"] } }, message: /cannot vary optimizer/ },
    {
      parameters: { lr: { distribution: "normal", mu: 0, sigma: 1 } },
      message: /distribution normal is not supported/,
    },
    { parameters: { lr: { min: 1e-3, max: 1e-5 } }, message: /learningRate.*max must be greater than min/ },
    { parameters: { lr: { distribution: "log_uniform_values", min: 0, max: 1 } }, message: /a log scale needs/ },
    { parameters: { seed: { values: [] } }, message: /seed/ },
    { parameters: {}, message: /names no field/ },
    {
      parameters: { seed: { values: [1] } },
      more: { early_terminate: { type: "hyperband", min_iter: 3, eta: 1.5 } },
      message: /early_terminate, eta/,
    },
  ])(
    "is refused where it says what a sweep here cannot do: $message",
    ({ parameters, message, more }: { parameters: object; message: RegExp; more?: object }) => {
      const failure = catchFailure(() => imported(parameters as WandbSweep["parameters"], more));
      expect(failure).toMatchObject({ kind: "bad_input", message: expect.stringMatching(message) as string });
    },
  );
});
