import { existsSync, readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { parseCsv } from "../../src/base/csv.ts";
import { allGpus, findGpu, searchGpus } from "../../src/catalog/gpus.ts";
import { Gpu } from "../../src/domain/gpu.ts";
import { catchFailure } from "../catch-failure.ts";
import { readTsv } from "./read-tsv.ts";

test("every row of the catalogue is a GPU with its source and date", () => {
  for (const gpu of allGpus()) {
    expect(Gpu.safeParse(gpu).error?.issues ?? [], gpu.id).toEqual([]);
    expect(gpu.source.asOf, gpu.id).toBeDefined();
  }
});

test.each(readTsv("gpus.tsv"))("$id: $field is $value ($source)", ({ id, field, value }) => {
  const figure = findGpu(id!)[field as keyof Gpu];
  expect(figure).toBe(value === "null" ? null : Number(value));
});

test("every id and alias finds its own row, and no spelling stands at two", () => {
  const names = allGpus().flatMap(({ id, aliases }) => [id, ...aliases].map((name) => ({ name, id })));
  for (const { name, id } of names) expect(findGpu(name).id, name).toBe(id);
  expect(new Set(names.map(({ name }) => name.toLowerCase())).size).toBe(names.length);
});

test.each([
  ["H100", "H100-80GB-SXM"],
  ["h100 pcie", "H100-80GB-PCIe"],
  ["NVIDIA H100 80GB HBM3", "H100-80GB-SXM"],
  ["H100-NVL-94GB", "H100-94GB-NVL"],
  ["NVIDIA A100-SXM4-80GB", "A100-80GB-SXM"],
  ["NVIDIA A100-PCIE-40GB", "A100-40GB-PCIe"],
  ["A100 40GB", "A100-40GB-SXM"],
  ["B200 192 GB", "B200"],
  ["NVIDIA GeForce RTX 4090", "RTX-4090"],
  ["rtx5070ti", "RTX-5070-Ti"],
  ["NVIDIA RTX 6000 Ada Generation", "RTX-6000-Ada"],
  ["RTX PRO 6000 Blackwell Server Edition", "RTX-PRO-6000-Server"],
  ["Tesla T4", "T4"],
  ["4090", "RTX-4090"],
  ["5070 Ti", "RTX-5070-Ti"],
  ["GH200 144GB", "GH200-144GB"],
])("%s is found as %s", (name, id) => {
  expect(findGpu(name).id).toBe(id);
});

test("a bare name that several forms have means the one whose notes say so", () => {
  for (const name of ["A100", "H100", "H200", "V100", "GH200", "RTX PRO 6000"]) {
    expect(findGpu(name).notes, name).toMatch(/bare name/);
  }
});

test.each(["RTX 6000", "H1000", "RTX 4080 SUPER", "RTX PRO 6000 Blackwell Max-Q", "A100 24GB", "L40 SXM", "", "8"])(
  "a name that no product has, or that holds what is not true of it, is not found: %j",
  (name) => {
    expect(catchFailure(() => findGpu(name))).toMatchObject({ kind: "not_found", hint: expect.any(String) as string });
  },
);

test("a card is offered once, however many of its names are near", () => {
  expect(catchFailure(() => findGpu("RTX 409O")).hint).toBe('did you mean "RTX 4090" or "RTX 3090" or "RTX 4080"?');
});

test.each([
  [{ search: "rtx 6000" }, ["RTX-6000-Ada", "RTX-PRO-6000"]],
  [{ search: "H100", minMemoryGib: 90 }, ["H100-96GB-SXM", "H100-94GB-NVL"]],
])("a search for %j finds %j, spelled in any way", (query, ids) => {
  expect(searchGpus(query).map(({ id }) => id)).toEqual(ids);
});

/** Factor by which the clock of a desktop GPU exceeds the one in its specification. */
const DESKTOP_BOOST = 1.15;

test("no card does more than its specification, and fp8 is never slower than bf16", () => {
  for (const gpu of allGpus()) {
    const most = gpu.consumer ? DESKTOP_BOOST : 1;
    if (gpu.measuredBf16Tflops !== null) expect(gpu.measuredBf16Tflops, gpu.id).toBeLessThan(most * gpu.bf16Tflops!);
    if (gpu.measuredFp8Tflops !== null) expect(gpu.measuredFp8Tflops, gpu.id).toBeLessThan(most * gpu.fp8Tflops!);
    if (gpu.fp8Tflops !== null) expect(gpu.fp8Tflops, gpu.id).toBeGreaterThanOrEqual(gpu.bf16Tflops!);
    expect(gpu.measuredBf16Tflops === null && gpu.measuredFp8Tflops === null, gpu.id).toBe(gpu.measuredSource === null);
  }
});

const SHARED = new URL("../../../shared/data/", import.meta.url);

test.skipIf(!existsSync(SHARED))(
  "every GPU of the measurements and the price sample is found as it is spelled there (skipped where the files are absent)",
  () => {
    for (const file of ["training/measurements.csv", "serving/measurements.csv", "prices/gpu_prices_sample.csv"]) {
      for (const { fields } of parseCsv(readFileSync(new URL(file, SHARED), "utf8"), file).rows) {
        const name = fields["gpu"]!;
        if (name !== "") expect(() => findGpu(name), `${file}: ${name}`).not.toThrow();
      }
    }
  },
);
