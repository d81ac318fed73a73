import { dirname, join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { sha256 } from "../../base/hash.ts";
import { readText, readWhole } from "../../base/read-text.ts";
import { LabelSeal, type LabelsOptions, SealedLabel } from "../../domain/label-report.ts";

/** Maximum size of a file of sealed labels, bytes. */
const MAX_BYTES = 2 ** 30;

/** A stage with the sealed labels by the ids of their rows. */
export type SealedOptions = LabelsOptions & { seals: LabelSeal; labels: ReadonlyMap<string, SealedLabel> };

/** Name of the file of labels that belongs to the manifest of a seal, in the programme folder. */
export async function labelsFileOf(manifest: string, path: string): Promise<string> {
  return join(dirname(manifest), (await readManifest(path, manifest)).file);
}

/**
 * Reads a seal: its manifest, and its labels, which must be unchanged since sealing.
 *
 * @throws Failure bad_input if one of the files is invalid; check_failed if the labels were changed
 */
export async function readSeal(options: LabelsOptions, pathOf: (name: string) => string): Promise<SealedOptions> {
  const seals = await readManifest(pathOf(options.seal), options.seal);
  const name = join(dirname(options.seal), seals.file);
  const bytes = await readWhole(pathOf(name), { maxBytes: MAX_BYTES, shown: name });
  if (sha256(bytes) !== seals.sha256) {
    throw new Failure("check_failed", `${name} is corrupt: checksum mismatch with ${options.seal}`, {
      hint: `tunewright data label seal ${seals.task} rewrites it`,
    });
  }
  const labels = new Map<string, SealedLabel>();
  for (const line of Buffer.from(bytes).toString("utf8").split("\n")) {
    if (line === "") continue;
    const label = SealedLabel.parse(JSON.parse(line));
    labels.set(label.row, label);
  }
  return { ...options, seals, labels };
}

async function readManifest(path: string, shown: string): Promise<LabelSeal> {
  const text = await readText(path, { maxBytes: 2 ** 20, shown });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const parsed = LabelSeal.safeParse(value);
  if (parsed.success && !/[\\/]/.test(parsed.data.file)) return parsed.data;
  throw new Failure("bad_input", `${shown} is not the manifest of a seal`, {
    hint: "name the JSON file that tunewright data label seal wrote, such as labels/TASK/1.json",
  });
}
