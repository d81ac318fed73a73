import { expect, test } from "vitest";

import { findModel } from "../../../src/catalog/models.ts";
import { expertLayers, layerKinds } from "../../../src/plan/layout/model-parts.ts";

test("a hybrid of one part a layer has attention and experts in the layers that its pattern names, others in all", () => {
  // hybrid_override_pattern of Nemotron 3 Nano: 6 of 52 letters are *, 23 E
  const nano = findModel("nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16");
  expect([layerKinds(nano).attention, expertLayers(nano)]).toEqual([6, 23]);
  // That of Nemotron Nano 9B v2 has two Mamba layers in a row, twice: 4 of 56 letters are *, 25 -.
  expect(layerKinds(findModel("nvidia/NVIDIA-Nemotron-Nano-9B-v2"))).toEqual({ attention: 4, linear: 27, mlp: 25 });
  const qwen = findModel("Qwen/Qwen3-30B-A3B");
  expect([layerKinds(qwen).attention, expertLayers(qwen)]).toEqual([48, 48]);
});
