import { readFileSync } from "node:fs";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { textTable } from "../../src/base/text-table.ts";
import { parseFlags, PLAIN, type ShapeFacts } from "../../src/catalog/architecture.ts";
import { allModels, catalogueModels } from "../../src/catalog/models.ts";
import { paramCount } from "../../src/catalog/param-count.ts";
import { shapeFromConfig } from "../../src/catalog/model-config.ts";
import { readTsv } from "./read-tsv.ts";

/** Largest difference between a computed count and the published one, unless the row is a named exception. */
const TOLERANCE = 0.005;

const exceptions = new Map(
  readTsv("model-count-exceptions.tsv").map((row) => [row["id"]!, Number(row["off_percent"])]),
);

function offBy(shape: { paramCount: number; publishedParamCount: number | null }): number | undefined {
  if (shape.publishedParamCount === null) return undefined;
  return (shape.paramCount - shape.publishedParamCount) / shape.publishedParamCount;
}

test.each(readTsv("model-counts.tsv"))("$id has $total parameters, to the last one ($source)", ({ id, total }) => {
  expect(allModels().find((shape) => shape.id === id)!.paramCount).toBe(Number(total));
});

test("every computed count is within 0.5 % of the published one, but for the named exceptions", () => {
  const off = allModels().filter((shape) => Math.abs(offBy(shape) ?? 0) > TOLERANCE);
  expect(off.map(({ id }) => id).toSorted()).toEqual([...exceptions.keys()].toSorted());
});

test.each(readTsv("model-count-exceptions.tsv"))(
  "$id is off by $off_percent %: $reason",
  ({ id, off_percent: percent }) => {
    const shape = allModels().find((each) => each.id === id)!;
    expect(100 * offBy(shape)!).toBeCloseTo(Number(percent), 1);
  },
);

test("counts by family, with the worst deviation from the published count", async () => {
  const families = [...new Set(allModels().map((shape) => shape.family))];
  const rows = families.map((family) => {
    const shapes = allModels().filter((shape) => shape.family === family);
    const offs = shapes.map(offBy).filter((off) => off !== undefined);
    const good = offs.filter((off) => Math.abs(off) <= TOLERANCE).map(Math.abs);
    const excepted = offs.length - good.length;
    const worst = good.length === 0 ? "" : `${(100 * Math.max(...good)).toFixed(3)} %`;
    return [
      family,
      String(shapes.length),
      String(good.length),
      worst,
      String(excepted),
      String(shapes.length - offs.length),
    ];
  });
  const head = ["family", "models", "within 0.5 %", "worst of these", "exceptions", "none published"];
  const columns = head.map((name, index) => ({
    head: name,
    align: index === 0 ? ("left" as const) : ("right" as const),
  }));
  const sums = [1, 2, 4, 5].map((column) => rows.reduce((sum, row) => sum + Number(row[column]), 0));
  const total = ["total", String(sums[0]), String(sums[1]), "", String(sums[2]), String(sums[3])];
  await expect(`${textTable(columns, [...rows, null, total])}\n`).toMatchFileSnapshot(
    "../golden/catalog/count-by-family.txt",
  );
});

test("published active counts of experts are met: names round, and some leave the embeddings out", () => {
  for (const { shape, flags, publishedActiveParamCount: published } of catalogueModels()) {
    if (published === null) continue;
    const { embedding } = paramCount(shape, flags).parts;
    const rounding = Math.max(0.5e9, 0.1 * published);
    expect(published, shape.id).toBeLessThan(shape.activeParamCount + rounding);
    expect(published, shape.id).toBeGreaterThan(shape.activeParamCount - embedding - rounding);
  }
});

test("a flag that is not known is a mistake of the catalogue", () => {
  expect(() => parseFlags("qkv-bias kv-bias")).toThrow('unknown architecture flag "kv-bias"');
});

const anyShape = fc
  .record({
    layers: fc.integer({ min: 1, max: 100 }),
    kvHeads: fc.integer({ min: 1, max: 16 }),
    group: fc.integer({ min: 1, max: 8 }),
    headDim: fc.constantFrom(64, 128, 256),
    mlp: fc.integer({ min: 1, max: 30_000 }),
    vocab: fc.integer({ min: 1, max: 300_000 }),
    tied: fc.boolean(),
    total: fc.integer({ min: 2, max: 256 }),
    active: fc.integer({ min: 1, max: 256 }),
    firstDenseLayers: fc.integer({ min: 0, max: 3 }),
    hasExperts: fc.boolean(),
  })
  .map((draw): ShapeFacts => ({
    ...BASE,
    layers: draw.layers,
    heads: draw.kvHeads * draw.group,
    kvHeads: draw.kvHeads,
    headDim: draw.headDim,
    hidden: draw.kvHeads * draw.group * draw.headDim,
    mlp: draw.mlp,
    vocab: draw.vocab,
    tiedEmbeddings: draw.tied,
    experts: draw.hasExperts
      ? {
          total: draw.total,
          active: Math.min(draw.active, draw.total),
          shared: 0,
          mlp: draw.mlp,
          inWidth: draw.kvHeads * draw.group * draw.headDim,
          sharedMlp: 0,
          every: 1,
          parallelDense: false,
          firstDenseLayers: Math.min(draw.firstDenseLayers, draw.layers),
        }
      : null,
  }));

const anyFlags = fc.record({
  qkvBias: fc.boolean(),
  outputBias: fc.boolean(),
  mlpBias: fc.boolean(),
  qkNorm: fc.constantFrom("none", "head", "full"),
  norm: fc.constantFrom("rms", "ln", "ln-no-bias", "none"),
  sinks: fc.boolean(),
});

test("active parameters never exceed all, and parts add up to the whole", () => {
  fc.assert(
    fc.property(anyShape, anyFlags, (shape, flags) => {
      const count = paramCount(shape, { ...PLAIN, ...flags });
      expect(count.active).toBeLessThanOrEqual(count.total);
      expect(count.active).toBeGreaterThan(0);
      expect(Object.values(count.parts).reduce((sum, part) => sum + part, 0)).toBe(count.total);
      if (shape.experts === null) expect(count.active).toBe(count.total);
    }),
  );
});

test("more layers, a wider MLP, more rows, more experts and untied embeddings each mean more parameters", () => {
  fc.assert(
    fc.property(anyShape, anyFlags, (shape, draw) => {
      const flags = { ...PLAIN, ...draw };
      const { total } = paramCount(shape, flags);
      const grown: Partial<ShapeFacts>[] = [
        { layers: shape.layers + 1 },
        { vocab: shape.vocab + 1 },
        shape.experts === null
          ? { mlp: shape.mlp + 1 }
          : { experts: { ...shape.experts, total: shape.experts.total + 1, firstDenseLayers: 0 } },
        ...(shape.tiedEmbeddings ? [{ tiedEmbeddings: false }] : []),
      ];
      for (const change of grown) expect(paramCount({ ...shape, ...change }, flags).total).toBeGreaterThan(total);
    }),
  );
});

const BASE: ShapeFacts = (() => {
  const config = JSON.parse(
    readFileSync(new URL("../fixtures/configs/Llama-3.1-8B.json", import.meta.url), "utf8"),
  ) as unknown;
  const {
    paramCount: _total,
    activeParamCount: _active,
    ...facts
  } = shapeFromConfig(config, "base", "2026-11-25").shape;
  return facts;
})();
