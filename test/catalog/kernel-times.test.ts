import { readFileSync } from "node:fs";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseCsv } from "../../src/base/csv.ts";
import { allGpus, findGpu } from "../../src/catalog/gpus.ts";
import {
  collectiveSec,
  contextAttentionSec,
  contextLatentAttentionSec,
  gemmSec,
  generationAttentionSec,
  generationLatentAttentionSec,
} from "../../src/catalog/kernel-times.ts";
import { readTsv } from "./read-tsv.ts";

/** Three digits are kept of a published time. */
const ROUNDING = 0.006;

/** Nine in ten rows between the nodes are nearer than this on every card; errors.csv has each. */
const BETWEEN_NODES = 0.25;

test("a kernel takes the rates of the GPU that is asked about, whichever was asked about before", () => {
  const gpu = findGpu("MI300X");
  const slower = { ...gpu, bandwidthTbPerSec: 0.5 * gpu.bandwidthTbPerSec };
  const decode = { precision: "bf16", batch: 8, tokens: 4096, heads: 32, kvHeads: 8, headDim: 128 } as const;
  const small = { precision: "bf16", m: 4, n: 4096, k: 4096, isMonotone: true } as const;
  for (const secOf of [
    (card: typeof gpu) => generationAttentionSec({ gpu: card, ...decode })!.sec,
    (card: typeof gpu) => gemmSec({ gpu: card, ...small })!.sec,
  ]) {
    const [before, after] = [secOf(gpu), secOf(slower)];
    expect(after).toBeGreaterThan(1.2 * before);
    expect(secOf(gpu)).toBe(before);
    expect(secOf({ ...slower })).toBe(after);
  }
});

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

describe("attention", () => {
  test.each(readTsv("kernel-attention.tsv"))(
    "$kernel of $batch x $tokens tokens, $heads heads over $kvHeads, in $table takes $microsec us on $gpu ($source)",
    ({ kernel, gpu, table, batch, tokens, heads, kvHeads, headDim, microsec }) => {
      const secOf = kernel === "context" ? contextAttentionSec : generationAttentionSec;
      const time = secOf({
        gpu: findGpu(gpu!),
        precision: table as "bf16",
        batch: +batch!,
        tokens: +tokens!,
        heads: +heads!,
        kvHeads: +kvHeads!,
        headDim: +headDim!,
      });
      expect(time?.basis).toBe("measured");
      expect(Math.abs((time!.sec * 1e6) / +microsec! - 1)).toBeLessThan(BETWEEN_NODES);
    },
  );

  test("has a finite time for every GPU and head, and twice the tokens of a long prompt take four times as long", () => {
    const heads = fc.constantFrom<[number, number]>([32, 32], [32, 8], [64, 8], [8, 1], [96, 1]);
    const widths = fc.constantFrom(64, 80, 96, 128, 192, 256, 512);
    fc.assert(
      fc.property(fc.constantFrom(...allGpus()), heads, widths, (gpu, [queries, keys], headDim) => {
        const at = (tokens: number, batch: number) => {
          const shape = { gpu, precision: "bf16" as const, batch, tokens, heads: queries, kvHeads: keys, headDim };
          return [contextAttentionSec(shape)!.sec, generationAttentionSec(shape)!.sec] as const;
        };
        for (const sec of [...at(1, 1), ...at(4096, 1), ...at(131_072, 4096)]) expect(sec).toBeGreaterThan(0);
        expect(at(65_536, 4)[0] / at(32_768, 4)[0]).toBeCloseTo(4, 0);
      }),
    );
  });
});

test("many long prompts, which nobody timed, are as efficient as fewer of that length", () => {
  for (const name of ["A100-80GB-SXM", "H100-80GB-SXM", "B200"]) {
    for (const tokens of [8192, 16_384]) {
      const at = (batch: number): number =>
        contextAttentionSec({
          gpu: findGpu(name),
          precision: "bf16",
          batch,
          tokens,
          heads: 32,
          kvHeads: 8,
          headDim: 128,
        })!.sec;
      expect(at(256) / at(8), `${name} ${tokens}`).toBeCloseTo(32, -0.7);
    }
  }
});

test.each(readTsv("kernel-latent-attention.tsv"))(
  "latent attention, $kernel of $batch x $tokens tokens, $heads heads, in $table takes $microsec us on $gpu ($source)",
  ({ kernel, gpu, table, batch, tokens, heads, microsec }) => {
    const secOf = kernel === "context" ? contextLatentAttentionSec : generationLatentAttentionSec;
    const precision = table as "bf16";
    const time = secOf({ gpu: findGpu(gpu!), precision, batch: +batch!, tokens: +tokens!, heads: +heads! });
    expect(time?.basis).toBe("measured");
    expect(Math.abs((time!.sec * 1e6) / +microsec! - 1)).toBeLessThan(BETWEEN_NODES);
  },
);

test("latent attention that writes its keys out takes as long as heads of its mean width, elsewhere several times that", () => {
  const wide = (192 + 128) / 2; // heads of 128 with as many products
  for (const name of ["A100", "B200", "B300", "GB200", "GB300", "H100", "H200", "L40S"]) {
    for (const tokens of [2048, 4096, 16_384]) {
      const shape = { gpu: findGpu(name), precision: "bf16", batch: 1, tokens } as const;
      const latent = contextLatentAttentionSec({ ...shape, heads: 128 })!.sec;
      const plain = contextAttentionSec({ ...shape, heads: wide, kvHeads: wide, headDim: 128 })!.sec;
      const isWrittenOut = !/^(H|L)/.test(name);
      expect(latent / plain, `${name} ${tokens}`).toBeGreaterThan(isWrittenOut ? 0.8 : 2);
      expect(latent / plain, `${name} ${tokens}`).toBeLessThan(isWrittenOut ? 1.3 : 10);
    }
  }
});

describe("a collective", () => {
  test.each(readTsv("kernel-collectives.tsv"))(
    "$op of $bytes bytes on $gpus x $gpu takes $microsec us ($source)",
    ({ op, gpu, gpus, bytes, microsec }) => {
      const time = collectiveSec({ gpu: findGpu(gpu!), op: op as "all-reduce", bytes: +bytes!, gpus: +gpus! });
      expect(Math.abs((time!.sec * 1e6) / +microsec! - 1)).toBeLessThan(BETWEEN_NODES);
    },
  );

  test("takes no time alone, and none is known where the link of the GPU is not", () => {
    const sum = { op: "all-reduce", bytes: 1e9 } as const;
    expect(collectiveSec({ ...sum, gpu: findGpu("H100"), gpus: 1 })?.sec).toBe(0);
    expect(collectiveSec({ ...sum, gpu: findGpu("MI250"), gpus: 8 })).toBeUndefined();
  });

  test("over a slower link of the same chip takes longer by as much", () => {
    const sum = { op: "all-reduce", bytes: 1e9, gpus: 8 } as const;
    const [full, cut] = ["H100-80GB-SXM", "H800-80GB-SXM"].map(
      (id) => collectiveSec({ ...sum, gpu: findGpu(id) })!.sec,
    );
    expect(cut! / full!).toBeCloseTo(450 / 200, 1);
  });
});

test("the distilled tables repeat the published rows of usual shapes within 10 % in the median", () => {
  const text = readFileSync(new URL("../../src/catalog/data/kernels/errors.csv", import.meta.url), "utf8");
  const { rows } = parseCsv(text, "errors.csv");
  expect(rows.length).toBeGreaterThan(200);
  for (const { fields } of rows) {
    expect(+fields["usual_median"]!, `${fields["kernel"]} ${fields["gpu"]} ${fields["table"]}`).toBeLessThan(10);
  }
});
