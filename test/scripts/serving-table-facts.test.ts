import { expect, test } from "vitest";

type Row = { line: number; fields: Record<string, string> };

async function completed(fields: Record<string, string>): Promise<Record<string, string>> {
  const path = new URL("../../scripts/calibrate/serving-table-facts.mjs", import.meta.url).href;
  const { completedServingRows } = (await import(path)) as { completedServingRows: (rows: Row[]) => Row[] };
  return completedServingRows([{ line: 2, fields }])[0]!.fields;
}

test.each([
  ["github.com/argonne-lcf/LLM-Inference-Bench", "A100", "A100-40GB-SXM"],
  ["github.com/argonne-lcf/LLM-Inference-Bench", "4x A100", "4x A100-40GB-SXM"],
  ["github.com/argonne-lcf/LLM-Inference-Bench", "H100", "H100"],
  ["github.com/pChitral/vllm-cost-meter", "H100-80GB", "H100-94GB-NVL"],
  ["github.com/somebody/else", "A100", "A100"],
])("%s means by %s the card %s", async (source_ref, gpu, card) => {
  expect((await completed({ source_ref, gpu }))["gpu"]).toBe(card);
});

test("TensorRT-LLM's benchmark of 2024 sent identical sequences, in the one table that was made with it", async () => {
  const row = { source_ref: "github.com/argonne-lcf/LLM-Inference-Bench", extra_facts: "static batch" };
  const facts = async (engine: string): Promise<string | undefined> =>
    (await completed({ ...row, engine }))["extra_facts"];
  expect(await facts("TensorRT-LLM")).toBe("static batch; identical sequences");
  expect(await facts("vLLM")).toBe("static batch");
});

test("one table of Lambda prints gaps between chunks as TPOT, and the other TPOT", async () => {
  const source_ref = "github.com/LambdaLabsML/vllm-benchmark benchmark_v0.md";
  const statistic = async (concurrency: string): Promise<string | undefined> =>
    (await completed({ source_ref, concurrency, tpot_statistic: "mean" }))["tpot_statistic"];
  expect(await statistic("320 prompts at once")).toBe("median inter-token latency");
  expect(await statistic("max_num_seqs=256, rps=inf")).toBe("mean");
});

test("a result of MLPerf Inference has the lengths of its data set and the limit of its scenario", async () => {
  const row = {
    model: "Llama-2-70B",
    input_len: "MLPerf dataset",
    output_len: "290.9",
    concurrency: "Poisson at max valid QPS",
  };
  expect(await completed({ ...row, scenario: "interactive" })).toMatchObject({
    input_len: "294 std 294",
    output_len: "290.9 std 290.9",
    concurrency: "Poisson at max valid QPS, TPOT within 40 ms",
  });
  expect((await completed({ ...row, scenario: "server" }))["concurrency"]).toContain("TPOT within 200 ms");
});

test("a record of InferenceMAX has the lengths and the number of requests of its program", async () => {
  const row = { concurrency: "64", input_len: "1024", output_len: "8192" };
  const extra_facts = "model=Llama-3.1-70B; silicon_concurrency=64";
  expect(await completed({ ...row, extra_facts })).toMatchObject({
    input_len: "819.2-1024",
    output_len: "6553.6-8192",
    extra_facts: `${extra_facts}; 640 requests`,
  });
  expect(await completed({ ...row, extra_facts: "silicon_concurrency=64" })).toMatchObject(row);
});
