import { readFileSync } from "node:fs";

import { parseCsv } from "../base/csv.ts";
import { Failure } from "../base/failure.ts";
import { suggestNamed } from "../base/suggest.ts";
import type { Gpu } from "../domain/gpu.ts";
import { gpuWords, SERIES } from "./gpu-names.ts";

/** A row with the words of its id and aliases, and the words of other spellings: all of `needs` and some of `knows`. */
type NamedGpu = {
  gpu: Gpu;
  spellings: readonly ReadonlySet<string>[];
  needs: ReadonlySet<string>;
  knows: ReadonlySet<string>;
  /** Required words without the name of the series, which may be omitted; empty if it has none. */
  number: ReadonlySet<string>;
};

let loaded: readonly NamedGpu[] | undefined;

/** All GPUs of the catalogue, in file order. The file is read once, at the first call. */
export function allGpus(): readonly Gpu[] {
  return namedGpus().map(({ gpu }) => gpu);
}

/**
 * Finds a GPU by id, alias, or a spelling that contains its model name and otherwise only matching words: form factor,
 * memory, memory type. If several form factors match, the first row of the file is returned and its `notes` say so:
 * `H100` means the SXM form.
 *
 * @throws Failure not_found with the closest names
 */
export function findGpu(name: string): Gpu {
  const words = gpuWords(name);
  const found =
    namedGpus().find(({ spellings }) =>
      spellings.some((spelling) => isWithin(spelling, words) && isWithin(words, spelling)),
    ) ??
    namedGpus().find(({ needs, knows }) => isWithin(needs, words) && isWithin(words, knows)) ??
    onlyOne(
      namedGpus().filter(({ number, knows }) => number.size > 0 && isWithin(number, words) && isWithin(words, knows)),
    );
  if (found !== undefined) return found.gpu;
  const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  const near = suggestNamed(shown, allGpus(), ({ id, aliases }) => [id, ...aliases]).map(
    ({ name: text }) => `"${text}"`,
  );
  throw new Failure("not_found", `the catalogue has no GPU "${shown}"`, {
    hint: near.length === 0 ? "tunewright gpus list shows all" : `did you mean ${near.join(" or ")}?`,
  });
}

/** Filter for GPUs; absent fields match everything. */
export type GpuQuery = {
  /** Part of the id or of an alias, in any case and spelling. */
  search?: string | undefined;
  vendor?: Gpu["vendor"] | undefined;
  minMemoryGib?: number | undefined;
  /** Only desktop products. */
  consumer?: boolean;
};

/** The GPUs that match a filter, in catalogue order. */
export function searchGpus({ search = "", vendor, minMemoryGib = 0, consumer = false }: GpuQuery): Gpu[] {
  const wanted = bare(search);
  return allGpus().filter(
    (gpu) =>
      [gpu.id, ...gpu.aliases].some((name) => bare(name).includes(wanted)) &&
      (vendor === undefined || gpu.vendor === vendor) &&
      gpu.memoryGib >= minMemoryGib &&
      (!consumer || gpu.consumer),
  );
}

/** A name in lower case without separators. */
function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]+/g, "");
}

function onlyOne<Item>(items: readonly Item[]): Item | undefined {
  return items.length === 1 ? items[0] : undefined;
}

function isWithin(part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean {
  return [...part].every((word) => whole.has(word));
}

function namedGpus(): readonly NamedGpu[] {
  if (loaded === undefined) {
    const text = readFileSync(new URL("./data/gpus.csv", import.meta.url), "utf8");
    loaded = parseCsv(text, "gpus.csv").rows.map(({ fields }) => readRow(fields));
  }
  return loaded;
}

function readRow(fields: Readonly<Record<string, string>>): NamedGpu {
  const text = (name: string): string => fields[name] ?? "";
  const numberOrNull = (name: string): number | null => (text(name) === "" ? null : Number(text(name)));
  const gpu: Gpu = {
    id: text("id"),
    aliases: text("aliases")
      .split("|")
      .filter((alias) => alias !== ""),
    vendor: text("vendor") as Gpu["vendor"],
    generation: text("generation") as Gpu["generation"],
    form: text("form"),
    memoryGib: Number(text("memory_gib")),
    usableGib: text("usable_mib") === "" ? Number(text("memory_gib")) : Number(text("usable_mib")) / 1024,
    bandwidthTbPerSec: Number(text("bandwidth_tb_per_sec")),
    l2Mib: numberOrNull("l2_mib"),
    bf16Tflops: numberOrNull("bf16_tflops"),
    bf16Native: text("bf16_native") === "yes",
    fp8Tflops: numberOrNull("fp8_tflops"),
    fp4Tflops: numberOrNull("fp4_tflops"),
    measuredBf16Tflops: numberOrNull("measured_bf16_tflops"),
    measuredFp8Tflops: numberOrNull("measured_fp8_tflops"),
    linkGbPerSec: numberOrNull("link_gb_per_sec"),
    linkGpus: Number(text("link_gpus")),
    nodeGpus: Number(text("node_gpus")),
    networkGbPerSec: numberOrNull("network_gb_per_sec"),
    contextMib: numberOrNull("context_mib"),
    consumer: text("consumer") === "yes",
    source: { kind: "catalogue", ref: text("source"), asOf: text("as_of") },
    measuredSource: text("measured_source") === "" ? null : text("measured_source"),
    machineSource: text("machine_source"),
    usableSource: text("usable_source") === "" ? null : text("usable_source"),
    ...(text("notes") === "" ? {} : { notes: text("notes") }),
  };
  const spellings = [gpu.id, ...gpu.aliases].map(gpuWords);
  const traits = gpuWords(`${gpu.form} ${gpu.memoryGib}gb ${text("words").replaceAll("|", " ")}`);
  const knows = new Set([...spellings, traits].flatMap((spelling) => [...spelling]));
  const needs = gpuWords(text("model"));
  const hasSeries = [...needs].some((word) => SERIES.has(word));
  const number = new Set(hasSeries ? [...needs].filter((word) => !SERIES.has(word)) : []);
  return { gpu, spellings, needs, knows, number };
}
