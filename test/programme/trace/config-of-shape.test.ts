import { readdirSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { catalogueModels } from "../../../src/catalog/models.ts";
import { shapeFromConfig } from "../../../src/catalog/model-config.ts";
import { configOfShape } from "../../../src/programme/trace/config-of-shape.ts";

const CONFIGS = new URL("../../fixtures/configs/", import.meta.url);
const FIELDS = [
  "model_type",
  "hidden_size",
  "num_hidden_layers",
  "num_attention_heads",
  "num_key_value_heads",
  "vocab_size",
  "kv_lora_rank",
  "moe_intermediate_size",
  "num_experts_per_tok",
];

/** Published files whose class we make, and the row of the catalogue that has their shape. */
const PUBLISHED = readdirSync(CONFIGS).flatMap((file) => {
  const published = JSON.parse(readFileSync(new URL(file, CONFIGS), "utf8")) as Record<string, unknown>;
  const { shape } = shapeFromConfig(published, file, "2026-11-25");
  const known = catalogueModels().find(
    (each) => each.shape.paramCount === shape.paramCount && each.shape.layers === shape.layers,
  );
  if (known === undefined) return [];
  const made = configOfShape(known);
  return "refused" in made ? [] : [{ file, published, made, id: known.shape.id }];
});

test("more than half of the published configurations can be made from their shape", () => {
  expect(PUBLISHED.length).toBeGreaterThan(13);
});

describe("a configuration that is made says what the published one says", () => {
  test.each(PUBLISHED)("$file", ({ published, made }) => {
    const named = FIELDS.filter((field) => typeof published[field] === "number" || field === "model_type");
    const of = (config: Readonly<Record<string, unknown>>): unknown =>
      Object.fromEntries(named.map((field) => [field, config[field]]));
    expect(of(made)).toEqual(of(published));
  });
});

describe("what a made configuration means is the shape again", () => {
  const rows = catalogueModels().flatMap((known) => {
    const made = configOfShape(known);
    return "refused" in made ? [] : [{ id: known.shape.id, made, shape: known.shape }];
  });

  test("for most of the catalogue", () => {
    expect(rows.length / catalogueModels().length).toBeGreaterThan(0.6);
  });

  const readable = rows.filter(({ made }) => made["model_type"] !== "gpt_bigcode"); // our reader has no such class
  test.each(readable)("$id", ({ made, shape }) => {
    const { paramCount } = shapeFromConfig(made, "made", "2026-11-25").shape;
    expect(Math.abs(paramCount / shape.paramCount - 1)).toBeLessThan(0.005);
  });
});

test("a shape with parts of its own is refused with the file to give", () => {
  const hybrid = catalogueModels().find(({ shape }) => shape.linearLayers > 0)!;
  expect(configOfShape(hybrid)).toMatchObject({ hint: expect.stringContaining("config.json") as string });
});
