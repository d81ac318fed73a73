import { expect, test } from "vitest";

import { gpuIdentifier, identifyGpu } from "../../../src/catalog/importers/gpu-identity.ts";
import { memoriesOf, parseGpuInfo } from "../../../src/catalog/importers/gpu-info.ts";
import { readTsv } from "../read-tsv.ts";

const cases = readTsv("price-list-gpus.tsv");

test.each(cases)("$name with $memory_gb GB in $hint is $gpu ($source)", ({ name, memory_gb, hint, gpu, note }) => {
  const memories = [{ gb: Number(memory_gb), note: "" }];
  const found = identifyGpu({ gpuName: name!, memories, formHint: hint! });
  expect([found?.gpu.id ?? "", found?.note ?? ""]).toEqual([gpu, note]);
});

test("a name without its memory is filed under the catalogue's first, and says so", () => {
  expect(identifyGpu({ gpuName: "A100", memories: [], formHint: "" })).toMatchObject({
    gpu: { id: "A100-80GB-SXM" },
    note: "form not stated; filed under SXM; memory not stated; filed under 80 GB",
  });
  expect(identifyGpu({ gpuName: "MI300X", memories: [], formHint: "" })?.note).toBe("");
});

test("remembering changes no answer", () => {
  const identify = gpuIdentifier();
  for (const { name, memory_gb, hint } of [...cases, ...cases]) {
    const offer = { gpuName: name!, memories: [{ gb: Number(memory_gb), note: "" }], formHint: hint! };
    expect(identify(offer)).toEqual(identifyGpu(offer));
  }
});

test("GpuInfo is read as JSON and as a Python literal alike, and anything else is not read", () => {
  const json =
    '{"Gpus": [{"Name": "it\'s", "Count": 8, "MemoryInfo": {"SizeInMiB": 81920}}], "TotalGpuMemoryInMiB": 655360}';
  const python =
    "{'Gpus': [{'Name': 'H100', 'Manufacturer': None, 'Spot': True, 'MemoryInfo': {'SizeInMiB': 81920}}], 'TotalGpuMemoryInMiB': 655360}";
  expect(parseGpuInfo(json)).toEqual({ name: "it's", memoryMib: 81_920, totalMib: 655_360 });
  expect(parseGpuInfo(python)).toEqual({ ...parseGpuInfo(json), name: "H100" });
  for (const text of ["", "H100", "{'Gpus': []}", "{'Gpus': [{'MemoryInfo': {'SizeInMiB': 0}}]}", "[", "null", "'"])
    expect(parseGpuInfo(text)).toBeUndefined();
});

test("each known error of a GpuInfo is named", () => {
  expect(memoriesOf({ memoryMib: 81_920, totalMib: 655_360 }, 8)[0]).toEqual({ gb: 80, note: "" });
  expect(memoriesOf({ memoryMib: 80, totalMib: 80 }, 1)).toEqual([{ gb: 80, note: "source gives GB in a MiB field" }]);
  expect(memoriesOf({ memoryMib: 81_920, totalMib: 81_920 }, 8)[0]!.note).toMatch(/memory of one GPU as the total/);
  expect(memoriesOf({ memoryMib: 655_360, totalMib: 5_242_880 }, 8)[1]).toEqual({
    gb: 80,
    note: "source gives the total memory as that of one GPU",
  });
});
