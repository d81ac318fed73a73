import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { findGpu, allGpus } from "../../src/catalog/gpus.ts";
import { gemmSec } from "../../src/catalog/kernel-times.ts";
import { readTsv } from "./read-tsv.ts";

/** Three digits are kept of a published time. */
const ROUNDING = 0.006;

/** Nine in ten rows between the nodes are nearer than this on every card; errors.csv has each. */
const BETWEEN_NODES = 0.25;

describe("a matrix product", () => {
  test.each(readTsv("kernel-gemm.tsv"))(
    "of $m x $k by $k x $n in $precision takes $microsec us on $gpu ($source)",
    ({ gpu, precision, m, n, k, microsec, node }) => {
      const time = gemmSec({ gpu: findGpu(gpu!), precision: precision as "bf16", m: +m!, n: +n!, k: +k! });
      expect(time?.basis).toBe("measured");
      expect(Math.abs((time!.sec * 1e6) / +microsec! - 1)).toBeLessThan(node === "yes" ? ROUNDING : BETWEEN_NODES);
    },
  );

  test("has a time on every GPU in bf16, and on one without a table it is scaled", () => {
    for (const gpu of allGpus()) {
      const time = gemmSec({ gpu, precision: "bf16", m: 4096, n: 4096, k: 4096 });
      expect(time?.sec, gpu.id).toBeGreaterThan(0);
    }
    const [sxm, pcie] = ["A100-80GB-SXM", "A100-80GB-PCIe"].map((id) =>
      gemmSec({ gpu: findGpu(id), precision: "bf16", m: 8192, n: 8192, k: 8192 })!,
    );
    expect(pcie!.basis).toBe("scaled");
    // As the best measured products of the two cards: 271.2 and 252.9 TFLOPS.
    expect(pcie!.sec / sxm!.sec).toBeCloseTo(271.2 / 252.9, 2);
  });

  test("has no time in a format that the GPU cannot compute", () => {
    expect(gemmSec({ gpu: findGpu("A100"), precision: "fp8", m: 1, n: 1024, k: 1024 })).toBeUndefined();
    expect(gemmSec({ gpu: findGpu("H100"), precision: "nvfp4", m: 1, n: 1024, k: 1024 })).toBeUndefined();
  });

  test("of one token reads the weights and takes at least the time that they need", () => {
    const gpu = findGpu("H100");
    const sec = gemmSec({ gpu, precision: "bf16", m: 1, n: 12288, k: 4096 })!.sec;
    expect(sec).toBeGreaterThan((12288 * 4096 * 2) / 3.35e12);
  });

  test("beyond the published sizes takes time in proportion", () => {
    fc.assert(
      fc.property(fc.constantFrom("A100", "H100", "B200", "L40S"), fc.integer({ min: 9, max: 14 }), (name, power) => {
        const gpu = findGpu(name);
        const at = (m: number): number => gemmSec({ gpu, precision: "bf16", m, n: 2 ** power, k: 4096 })!.sec;
        expect(at(262_144) / at(131_072)).toBeCloseTo(2, 1);
      }),
    );
  });
});
