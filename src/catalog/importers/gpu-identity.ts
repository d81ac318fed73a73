import { Failure } from "../../base/failure.ts";
import type { Gpu } from "../../domain/gpu.ts";
import { findGpu } from "../gpus.ts";
import type { Offer } from "./offer.ts";

const FORMS = ["SXM", "PCIe", "NVL"] as const;
type Form = (typeof FORMS)[number];

/** Names in SkyPilot's and gpuhunt's catalogues that are not product names. */
const SPELLINGS: Readonly<Record<string, string>> = {
  "h100-mega": "H100 SXM", // GCP a3-megagpu
  rtx6000ada: "RTX 6000 Ada",
  rtxpro6000: "RTX PRO 6000",
  rtxpro6000ws: "RTX PRO 6000",
  rtxpro6000s: "RTX PRO 6000 Server",
};

/** The description of a GPU in a price list. */
type StatedGpu = Pick<Offer, "gpuName" | "memories" | "formHint">;

/**
 * Maximum difference between the memory in a price list and that of the GPU: drivers report slightly less than the
 * nominal size.
 */
const MEMORY_TOLERANCE = 0.12;

/** The identified GPU, and the assumptions that were made. */
export type IdentifiedGpu = { gpu: Gpu; note: string };

/** `identifyGpu` with a cache: a list of fifty thousand rows has only a few hundred distinct instances. */
export function gpuIdentifier(): (offer: StatedGpu) => IdentifiedGpu | undefined {
  const known = new Map<string, IdentifiedGpu | undefined>();
  return (offer) => {
    const key = JSON.stringify([offer.gpuName, offer.memories, offer.formHint]);
    if (!known.has(key)) known.set(key, identifyGpu(offer));
    return known.get(key);
  };
}

/**
 * The catalogue GPU to which a price list refers: model, memory and form factor together, because SXM, PCIe and NVL are
 * different products at different prices. If the list does not state the form factor and there are several, the first
 * of the catalogue is used (SXM), and the note says so.
 *
 * @returns the GPU and a note (empty if nothing was assumed), or undefined if the catalogue has no such GPU
 */
export function identifyGpu(offer: StatedGpu): IdentifiedGpu | undefined {
  const spelled = offer.gpuName.toLowerCase();
  const known = Object.hasOwn(SPELLINGS, spelled) ? SPELLINGS[spelled] : undefined; // a name may be "constructor"
  const name = known ?? offer.gpuName.replace(/(?<=\d)(nvl|sxm\d?|pcie)$/i, " $1"); // H100NVL
  const form = formIn(`${name} ${offer.formHint}`);
  for (const memory of offer.memories) {
    const gpu = gpuWith({ name, form, memoryGb: memory.gb });
    if (gpu) return { gpu, note: join([formNote(name, { gpu, form, memoryGb: memory.gb }), memory.note]) };
  }
  if (offer.memories.length > 0) return undefined;
  const gpu = gpuWith({ name, form, memoryGb: undefined });
  if (gpu === undefined) return undefined;
  const isGuess = !/\d\s*gb/i.test(name) && hasOtherMemory(form === undefined ? name : `${name} ${form}`, gpu);
  const memoryNote = isGuess ? `memory not stated; filed under ${gpu.memoryGib} GB` : "";
  return { gpu, note: join([formNote(name, { gpu, form, memoryGb: undefined }), memoryNote]) };
}

type Stated = { form: Form | undefined; memoryGb: number | undefined };

/** The GPU with that name, form factor and memory. The memory may differ slightly from that in the catalogue. */
function gpuWith({ name, form, memoryGb }: Stated & { name: string }): Gpu | undefined {
  const memory = memoryGb === undefined ? "" : ` ${memoryGb}GB`;
  const named = form === undefined ? name : `${name} ${form}`;
  const gpu = tryGpu(`${named}${memory}`) ?? tryGpu(`${name}${memory}`) ?? tryGpu(named) ?? tryGpu(name);
  if (gpu === undefined) return undefined;
  const isOtherMemory = memoryGb !== undefined && Math.abs(gpu.memoryGib - memoryGb) > gpu.memoryGib * MEMORY_TOLERANCE;
  const isOtherForm = form !== undefined && (FORMS as readonly string[]).includes(gpu.form) && gpu.form !== form;
  return isOtherMemory || isOtherForm ? undefined : gpu;
}

function formNote(name: string, { gpu, form, memoryGb }: Stated & { gpu: Gpu }): string {
  if (form !== undefined) return "";
  const others = FORMS.map((text) => gpuWith({ name, form: text, memoryGb }));
  return others.some((other) => other !== undefined && other.id !== gpu.id)
    ? `form not stated; filed under ${gpu.form}`
    : "";
}

function join(notes: readonly string[]): string {
  return notes.filter((note) => note !== "").join("; ");
}

/** The form factor in the name of a GPU or instance: `gpu_8x_h100_sxm5` is SXM. */
function formIn(text: string): Form | undefined {
  if (/sxm|hgx/i.test(text)) return "SXM";
  if (/nvl(?!ink|\d)/i.test(text)) return "NVL";
  return /pcie/i.test(text) ? "PCIe" : undefined;
}

function hasOtherMemory(name: string, gpu: Gpu): boolean {
  return [16, 32, 40, 80, 94, 141].some((value) => {
    const other = tryGpu(`${name} ${value}GB`);
    return other !== undefined && other.memoryGib !== gpu.memoryGib;
  });
}

function tryGpu(name: string): Gpu | undefined {
  try {
    return findGpu(name);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
