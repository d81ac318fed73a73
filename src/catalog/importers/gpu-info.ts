import type { StatedMemory } from "./offer.ts";
import { pythonLiteral } from "./python-literal.ts";

/**
 * SkyPilot's `GpuInfo` for one GPU. Its name contains the form factor if the catalogue's name does not (`A100 PCIe`).
 */
export type GpuInfo = { name: string; memoryMib: number; totalMib: number | null };

/**
 * Parses the `GpuInfo` column of a SkyPilot catalogue, which is JSON in some files and a Python literal in others.
 *
 * @returns the memory as written, or undefined if the text is neither or contains no size
 */
export function parseGpuInfo(text: string): GpuInfo | undefined {
  const value = pythonLiteral(text);
  if (!isGroup(value)) return undefined;
  const [first] = Array.isArray(value["Gpus"]) ? (value["Gpus"] as unknown[]) : [];
  const memory = isGroup(first) && isGroup(first["MemoryInfo"]) ? first["MemoryInfo"]["SizeInMiB"] : undefined;
  const name = isGroup(first) && typeof first["Name"] === "string" ? first["Name"] : "";
  const total = value["TotalGpuMemoryInMiB"];
  if (typeof memory !== "number" || !(memory > 0)) return undefined;
  return { name, memoryMib: memory, totalMib: typeof total === "number" && total > 0 ? total : null };
}

/**
 * Possible memory sizes of one GPU, most likely first. Known catalogue errors are corrected and named: GB in the MiB
 * field (RunPod), one GPU in the field of the total (Lambda), the total in the field of one GPU (Prime Intellect). The
 * model's name decides among the sizes.
 */
export function memoriesOf({ memoryMib, totalMib }: Omit<GpuInfo, "name">, gpus: number): StatedMemory[] {
  if (memoryMib < 1024) return [{ gb: memoryMib, note: "source gives GB in a MiB field" }];
  const one = Math.round(memoryMib / 1024);
  if (gpus === 1) return [{ gb: one, note: "" }];
  return [
    { gb: one, note: totalMib === memoryMib ? "source gives the memory of one GPU as the total" : "" },
    { gb: Math.round(memoryMib / gpus / 1024), note: "source gives the total memory as that of one GPU" },
  ];
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
