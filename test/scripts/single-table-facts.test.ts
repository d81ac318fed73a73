import { expect, test } from "vitest";

type Known = { columns: Record<string, string>; memory: object; speed: object };

async function known(fields: Record<string, string>): Promise<Known> {
  const path = new URL("../../scripts/calibrate/single-table-facts.mjs", import.meta.url).href;
  const { knownOfRow } = (await import(path)) as { knownOfRow: (text: (column: string) => string) => Known };
  return knownOfRow((column) => fields[column] ?? "");
}

test("facts of several tables are added to one column, and what a row says stays first", async () => {
  const { columns } = await known({ extra_facts: "data=alpaca", packing: "padded", model: "meta-llama/Llama-2-7b-hf" });
  expect(columns).toEqual({ extra_facts: "data=alpaca; longest row of 1304 tokens; about 110 tokens per row" });
});

test("rows of PEFT's method comparison are sorted by length", async () => {
  const facts = await known({
    source: "MetaMathQA method comparison",
    extra_facts: "peft_type=LORA",
    packing: "padded",
  });
  expect(facts).toMatchObject({ speed: { paddedTokens: 210 } });
});

test("an address of an offloading script of ms-swift means an offloaded optimizer", async () => {
  const facts = await known({ source_ref: "ms-swift examples/megatron/dense_offload.sh", kernels: "liger" });
  expect(facts.columns).toEqual({ kernels: "liger optimizer-offload" });
  expect((await known({ source_ref: "examples/other.sh" })).columns).toEqual({});
});
