import { textTable } from "../base/text-table.ts";
import { formatNumber } from "../base/units.ts";
import type { Gpu } from "../domain/gpu.ts";

/** Table of several GPUs, one line each. */
export function gpusText(gpus: readonly Gpu[]): string {
  const rows = gpus.map((gpu) => [
    gpu.id,
    gpu.form,
    formatNumber(gpu.memoryGib),
    gpu.bandwidthTbPerSec.toFixed(2),
    figure(gpu.bf16Tflops) + (gpu.bf16Native ? "" : " *"),
    figure(gpu.measuredBf16Tflops),
    figure(gpu.fp8Tflops, "none"),
    figure(gpu.measuredFp8Tflops, gpu.fp8Tflops === null ? "none" : "unknown"),
    figure(gpu.linkGbPerSec),
  ]);
  const table = textTable(
    [
      { head: "GPU" },
      { head: "form" },
      { head: "GiB", align: "right" },
      { head: "TB/s", align: "right" },
      { head: "bf16 TFLOPS", align: "right" },
      { head: "bf16 measured", align: "right" },
      { head: "fp8 TFLOPS", align: "right" },
      { head: "fp8 measured", align: "right" },
      { head: "link GB/s", align: "right" },
    ],
    rows,
  );
  const star = gpus.some((gpu) => !gpu.bf16Native) ? "\n* fp16: the GPU has no bf16" : "";
  return `${table}\n\n${gpus.length} ${gpus.length === 1 ? "GPU" : "GPUs"}; rates are dense, links are per direction${star}`;
}

/** All facts of one GPU with their sources. */
export function gpuText(gpu: Gpu): string {
  const rows = [
    ["vendor", gpu.vendor],
    ["generation", gpu.generation],
    ["form", `${gpu.form}${gpu.consumer ? ", sold for desktops" : ""}`],
    ["memory", `${formatNumber(gpu.memoryGib)} GiB at ${gpu.bandwidthTbPerSec.toFixed(2)} TB/s`],
    ["usable memory", usableText(gpu)],
    ["last-level cache", gpu.l2Mib === null ? "unknown" : `${formatNumber(gpu.l2Mib)} MiB`],
    [gpu.bf16Native ? "bf16" : "fp16 (no bf16)", rateText(gpu.bf16Tflops, gpu.measuredBf16Tflops)],
    ["fp8", gpu.fp8Tflops === null ? "none" : rateText(gpu.fp8Tflops, gpu.measuredFp8Tflops)],
    ["fp4", gpu.fp4Tflops === null ? "none" : `${gpu.fp4Tflops.toLocaleString("en-US")} TFLOPS dense`],
    ["link between GPUs", `${perDirection(gpu.linkGbPerSec)}, joins ${gpu.linkGpus}`],
    ["GPUs per machine", `${gpu.nodeGpus} at most`],
    ["network per GPU", perDirection(gpu.networkGbPerSec)],
    ["idle process", gpu.contextMib === null ? "unknown" : `${formatNumber(gpu.contextMib)} MiB`],
    ["also called", gpu.aliases.join(", ")],
    ...(gpu.notes === undefined ? [] : [["notes", gpu.notes]]),
    ["specification", `${gpu.source.ref}${gpu.source.asOf === undefined ? "" : `, ${gpu.source.asOf}`}`],
    ...(gpu.measuredSource === null ? [] : [["measured by", gpu.measuredSource]]),
    ["other sources", gpu.machineSource],
  ];
  return `${gpu.id}\n${textTable([{ head: "" }, { head: "", wrap: 84 }], rows).trimStart()}`;
}

function usableText({ usableGib, usableSource }: Gpu): string {
  return usableSource === null
    ? "unknown: all of it is assumed usable"
    : `${formatNumber(usableGib, 4)} GiB by ${usableSource}`;
}

function perDirection(gbPerSec: number | null): string {
  return gbPerSec === null ? "unknown" : `${formatNumber(gbPerSec)} GB/s per direction`;
}

function rateText(specified: number | null, measured: number | null): string {
  if (specified === null) return "unknown";
  const best =
    measured === null
      ? "measured: unknown"
      : `measured ${measured.toLocaleString("en-US")} (${Math.round((100 * measured) / specified)} %)`;
  return `${specified.toLocaleString("en-US")} TFLOPS dense, ${best}`;
}

function figure(value: number | null, missing = "unknown"): string {
  return value === null ? missing : formatNumber(value, 4);
}
