import { readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { decodeText } from "../../../src/base/read-text.ts";
import { importPrices, type ImportOptions } from "../../../src/catalog/importers/import-prices.ts";
import type { ImportedPrices } from "../../../src/domain/price-import.ts";
import { GpuPrice } from "../../../src/domain/price.ts";
import { catchFailure } from "../../catch-failure.ts";

const options: ImportOptions = {
  format: "auto",
  seller: "acme",
  sellerClass: "neocloud",
  asOf: "2026-11-01",
  source: "a list",
};

function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/prices/${name}.csv`, import.meta.url), "utf8");
}

function importText(text: string, more: Partial<ImportOptions> = {}): ImportedPrices {
  return importPrices(text, "list.csv", { ...options, ...more });
}

/** Prices as short lines: GPU, count, term, USD per GPU-hour, note. */
function lines({ prices }: ImportedPrices): string[] {
  return prices.map((price) =>
    [price.gpu, price.gpusPerInstance, price.term, price.lowUsd, price.note].filter((part) => part !== "").join(" "),
  );
}

function reasons({ quarantined }: ImportedPrices): string[] {
  return quarantined.map((row) => `${row.line} ${row.guard}: ${row.reason}`);
}

describe("a SkyPilot catalogue", () => {
  test("with GpuInfo as a Python literal: forms from instance names, memory errors named", () => {
    const imported = importText(fixture("skypilot-python-info"));
    expect(imported).toMatchObject({ format: "skypilot", rowsIn: 5, rowsKept: 4, rowsQuarantined: 1 });
    expect(lines(imported)).toEqual([
      "H100-80GB-SXM 8 on-demand 3.99 source gives the memory of one GPU as the total",
      "H100-80GB-PCIe 1 on-demand 2.49",
      "A100-40GB-SXM 8 on-demand 1.29 form not stated; filed under SXM; source gives the memory of one GPU as the total",
      "A100-80GB-SXM 1 on-demand 1.39 form not stated; filed under SXM; source gives GB in a MiB field",
      "A100-80GB-SXM 1 spot 1.39 form not stated; filed under SXM; source gives GB in a MiB field",
    ]);
    expect(reasons(imported)).toEqual(["2 gpu-named: no GPU in this row"]);
  });

  test("with GpuInfo as JSON and other columns: empty is not offered, a total is not one GPU, no price without its host", () => {
    const imported = importText(fixture("skypilot-json-info"));
    expect(imported).toMatchObject({ format: "skypilot", rowsIn: 6, rowsKept: 3, rowsQuarantined: 3 });
    expect(lines(imported)).toEqual([
      "B200 2 spot 1.7115",
      "H100-80GB-SXM 8 on-demand 2.99 source gives the total memory as that of one GPU",
      "A100-80GB-PCIe 4 on-demand 1.471375 source gives the total memory as that of one GPU",
    ]);
    expect(reasons(imported)).toEqual([
      "5 with-its-host: the price covers the GPU alone: its host has another row",
      '6 gpu-known: the catalogue has no GPU "NEWGPU-9000" with 96 GB',
      "7 price: the price is missing, which does not mean 0",
    ]);
  });

  // catalogs/v6/azure/vms.csv@098741e7
  test("of Azure, whose GpuInfo is a bare name: forms from the series, 40 GB for a plain A100", () => {
    const imported = importText(fixture("skypilot-azure"));
    expect(imported).toMatchObject({ format: "skypilot", rowsIn: 9 });
    expect(lines(imported).filter((line) => line.includes("on-demand"))).toEqual([
      "H100-94GB-NVL 2 on-demand 6.98",
      "T4 1 on-demand 0.752",
      "A100-80GB-PCIe 4 on-demand 3.673",
      "V100-32GB-SXM 8 on-demand 2.754",
      "A100-80GB-SXM 8 on-demand 4.09625",
      "A100-40GB-SXM 8 on-demand 3.399625",
    ]);
    expect(reasons(imported).filter((reason) => /^[89]|^10/.test(reason))).toEqual([
      "9 price: the price is missing, which does not mean 0",
      "10 gpu-named: no GPU in this row",
      "8 gpus-per-machine: 12 H100-80GB-SXM: more than 8 SXM boards must be complete machines of 8",
      "8 gpus-per-machine: 12 H100-80GB-SXM: more than 8 SXM boards must be complete machines of 8",
    ]);
  });

  // catalogs/v8/runpod/vms.csv@01acdfd4 and catalogs/v8/gcp/vms.csv@006059e0
  test("of RunPod tells the form in the name of GpuInfo; of GCP has hosts and TPUs in rows of their own", () => {
    const runpod = `InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,Region,SpotPrice,Price,AvailabilityZone,GpuInfo
2x_A100-80GB_SECURE,A100-80GB,2.0,16.0,234.0,US,2.78,2.78,US-TX-1,"{'Gpus': [{'Name': 'A100 PCIe', 'Manufacturer': 'Nvidia', 'Count': 2, 'MemoryInfo': {'SizeInMiB': 80}}], 'TotalGpuMemoryInMiB': 160}"
cpu5m-2-16,,,2.0,16.0,US,,0.13,US-TX-1,
`;
    expect(lines(importText(runpod))).toEqual([
      "A100-80GB-PCIe 2 on-demand 1.39 source gives GB in a MiB field",
      "A100-80GB-PCIe 2 spot 1.39 source gives GB in a MiB field",
    ]);
    const gcp = `InstanceType,vCPUs,MemoryGiB,AcceleratorName,AcceleratorCount,GpuInfo,Region,AvailabilityZone,Price,SpotPrice
a2-highgpu-1g,12.0,85.0,,,,us-central1,us-central1-a,0.73948,0.36975
,,,tpu-v6e-16,1,tpu-v6e-16,us-east4,us-east4-a,43.2,9.24261
`;
    expect(importText(gcp)).toMatchObject({ format: "skypilot", rowsIn: 2, rowsKept: 0, rowsQuarantined: 2 });
  });

  test("gives the same prices in any order of its columns", () => {
    const table = fixture("skypilot-python-info")
      .trim()
      .split("\n")
      .map((line) =>
        line
          .match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)!
          .slice(0, 9)
          .map((cell) => cell.replace(/,$/, "")),
      );
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8], { minLength: 9 }), (order) => {
        const text = table.map((cells) => order.map((index) => cells[index]).join(",")).join("\n");
        expect(importText(text).prices).toEqual(importText(fixture("skypilot-python-info")).prices);
      }),
    );
  });

  test("with the floor of an auction as the price keeps none of it", () => {
    const text =
      "InstanceType,AcceleratorName,AcceleratorCount,Price,SpotPrice,Region,GpuInfo\nh100-80gb.sxm.8x,H100,8,8.0,8.0,us-central2-a,\n";
    const imported = importText(text, { seller: "mithril", sellerClass: "marketplace" });
    expect(imported).toMatchObject({ rowsIn: 1, rowsKept: 0, rowsQuarantined: 1, prices: [] });
    expect(imported.quarantined.map((row) => row.guard)).toEqual(["auction-floor", "auction-floor"]);
  });

  test("that lists an offer once per zone gives it one price per zone", () => {
    const row = (zone: string, spot: string): string => `p5.48xlarge,H100,8,55.04,${spot},us-east-1,${zone}`;
    const head = "InstanceType,AcceleratorName,AcceleratorCount,Price,SpotPrice,Region,AvailabilityZone";
    const { prices } = importText(
      [head, row("use1-az1", "20"), row("use1-az2", "24"), row("use1-az2", "24")].join("\n"),
    );
    expect(prices.map((price) => `${price.region} ${price.term} ${price.lowUsd}`)).toEqual([
      "use1-az1 on-demand 6.88",
      "use1-az1 spot 2.50",
      "use1-az2 on-demand 6.88",
      "use1-az2 spot 3.00",
    ]);
  });
});

test("a gpuhunt catalogue: one term a row, TPUs and CPUs are no GPUs, NaN and negative are no prices", () => {
  const imported = importText(fixture("gpuhunt-v2"));
  expect(imported).toMatchObject({ format: "gpuhunt", rowsIn: 8, rowsKept: 3, rowsQuarantined: 5 });
  expect(lines(imported)).toEqual([
    "H100-80GB-SXM 8 on-demand 2.95",
    "H100-80GB-SXM 8 spot 1.25",
    "MI300X 8 on-demand 3.45",
  ]);
  expect(reasons(imported)).toEqual([
    "5 gpu-named: no GPU in this row",
    "6 gpu-named: an accelerator from google, not a GPU",
    '7 price: on-demand: "nan" is not a price in US dollars per hour',
    '8 price: on-demand: "-1.5" is not a price in US dollars per hour',
    '9 term-known: spot is "maybe", expected True or False',
  ]);
});

describe("a contract of one's own", () => {
  test("a row of another length, an instance without its GPUs and reversed days are quarantined, each with its line", () => {
    const imported = importText(
      `gpu,term,usd_per_gpu_hour,usd_per_hour,gpus,valid_from,valid_to
B200,reserved,3.00,,,2026-06-01,2027-06-01
B200,reserved,3.00
H200,reserved,,20.00,,2026-06-01,2027-06-01
H100,reserved,2.00,,,2026-06-01,2026-05-01
L40S,spot,0.80,,,2026-06-01,,a note too many
`,
    );
    expect(imported).toMatchObject({ rowsIn: 5, rowsKept: 1, rowsQuarantined: 4 });
    expect(reasons(imported)).toEqual([
      "3 row-length: the row has 3 fields; the header has 7",
      "6 row-length: the row has 8 fields; the header has 7",
      "4 gpus-given: usd_per_hour is for the whole instance and needs gpus",
      "5 ends-after-it-begins: valid_to 2026-05-01 is before valid_from 2026-06-01",
    ]);
  });

  test("keeps its days and divides the price of an instance", () => {
    const imported = importText(fixture("contract"), { sellerClass: "own-contract" });
    expect(imported).toMatchObject({ format: "contract", rowsIn: 4, rowsKept: 3, rowsQuarantined: 1 });
    expect(imported.prices.map((price) => [price.term, price.lowUsd, price.validFrom, price.validTo])).toEqual([
      ["reserved", "2.50", "2026-06-01", "2027-06-01"],
      ["on-demand", "3.25", "2026-06-01", null],
      ["on-demand", "3.333333333333", "2026-06-01", null],
    ]);
  });

  test.each([
    [
      "gpu,term,usd_per_gpu_hour,currency\nB200,reserved,4.10,EUR",
      "2 in-usd: the price is in EUR: convert it to USD and note the day",
    ],
    [
      "gpu,term,usd_per_gpu_hour\nB200,monthly,4.10",
      '2 term-known: term "monthly" is not one of on-demand, spot, reserved, endpoint, serverless',
    ],
    ["gpu,term,usd_per_gpu_hour\nB2000,reserved,4.10", '2 gpu-known: the catalogue has no GPU "B2000"'],
    [
      "gpu,term,usd_per_gpu_hour,usd_per_hour\nB200,reserved,4.10,32.80",
      "2 one-price: usd_per_gpu_hour and usd_per_hour are both given: keep one",
    ],
    ["gpu,term,usd_per_hour,gpus\nB200,reserved,32.80,8.5", '2 count: "8.5" is not a whole number of GPUs'],
    [
      "gpu,term,usd_per_gpu_hour,valid_from\nB200,reserved,4.10,01/06/2026",
      '2 day: "01/06/2026" is not a day written YYYY-MM-DD',
    ],
  ])("%j is quarantined", (text, reason) => {
    expect(reasons(importText(text))).toEqual([reason]);
  });
});

describe("a file that is not a price list is refused with a sentence", () => {
  test.each([
    ["empty", "", /list.csv is empty/],
    ["of no format that is known", "a,b\n1,2\n", /line 1: these columns match no known price list: a, b/],
    ["a price file of our own", "seller,seller_class,gpu,term\n", /is already a price file/],
    ["a contract with a mistyped column that it needs", "gpu,trem,usd_per_hour,gpus\n", /unknown column "trem"/],
    ["a contract without rows", "gpu,term,usd_per_gpu_hour\n", /has a header and no rows/],
    ["a contract without a price", "gpu,term\nB200,spot\n", /neither usd_per_gpu_hour nor usd_per_hour/],
    ["a contract with a mistyped column", "gpu,term,usd_per_hour,region,valid_form\n", /unknown column "valid_form"/],
    ["a column twice", "gpu,term,gpu\n", /duplicate column "gpu"/],
    ["a million columns", Array.from({ length: 1_000_000 }, (_x, index) => `c${index}`).join(","), /columns|1 MiB/],
  ])("%s", (_what, text, message) => {
    expect(catchFailure(() => importText(text)).message).toMatch(message);
  });

  test("the near column is said", () => {
    expect(catchFailure(() => importText("gpu,term,usd_per_hour,valid_form\n")).hint).toMatch(/valid_from/);
  });

  test("a format that the file does not have is refused", () => {
    expect(catchFailure(() => importText(fixture("gpuhunt-v2"), { format: "skypilot" })).message).toMatch(
      /skypilot needs the column/,
    );
  });

  test("binary, UTF-16", () => {
    expect(catchFailure(() => decodeText(Buffer.from([0, 1, 2]), "list.csv")).message).toMatch(/is binary/);
    expect(catchFailure(() => decodeText(Buffer.from("\ufeffgpu", "utf16le"), "list.csv")).message).toMatch(/UTF-16/);
  });
});

const cell = fc.constantFrom(
  "",
  "0",
  "1",
  "8",
  "8.0",
  "-1",
  "NaN",
  "1e9",
  "31.92",
  "0.02",
  "H100",
  "A100",
  "spot",
  "1,5",
  "'",
);

test("whatever the cells hold, rows in are rows kept and quarantined, and what is kept is whole", () => {
  const head = ["InstanceType", "AcceleratorName", "AcceleratorCount", "Price", "SpotPrice", "Region", "GpuInfo"];
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 7, maxLength: 7 }), { minLength: 1, maxLength: 20 }), (table) => {
      const text = [head, ...table.map((cells) => cells.map((each) => `"${each}"`))]
        .map((cells) => cells.join(","))
        .join("\n");
      const { rowsIn, rowsKept, rowsQuarantined, prices, quarantined } = importText(text);
      expect(rowsIn).toBe(table.length);
      expect(rowsKept + rowsQuarantined).toBe(rowsIn);
      const named = new Set(quarantined.map((row) => row.line));
      expect(named.size).toBeGreaterThanOrEqual(rowsQuarantined);
      for (const price of prices) expect(GpuPrice.parse(price)).toEqual(price);
    }),
  );
});

test.each(["constructor", "__proto__", "toString"])("a GPU called %s is an unknown GPU", (gpu) => {
  const { prices, quarantined } = importText(
    `gpu,term,usd_per_hour,gpus,valid_from\n${gpu},on-demand,2.00,1,2026-06-01\n`,
  );
  expect(prices).toEqual([]);
  expect(quarantined).toHaveLength(1);
});
