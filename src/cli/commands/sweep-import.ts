import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { SweepImport } from "../../domain/sweep.ts";
import { defineCommand } from "../command.ts";

const Options = z.strictObject({
  file: z.string().min(1).describe("Weights & Biases sweep configuration, YAML"),
  out: z.string().min(1).default("sweep.yaml").describe("File to write"),
});

/** `tunewright sweep import`: imports a Weights & Biases sweep. */
export default defineCommand({
  description:
    "Translate a Weights & Biases sweep configuration into a file of this folder, and list the differences. A parameter that a training file does not have is rejected.",
  args: ["file"],
  options: Options,
  output: SweepImport,
  examples: ["sweep import wandb-sweep.yaml"],
  run: async (io, { file, out }) => {
    const { importSweep } = await import("../../programme/sweep/import-sweep.ts");
    const imported = await importSweep({ file, out }, { programmeDir: io.cwd });
    const text = (): string => [`wrote ${imported.file}`, ...imported.notes.map((note) => `note: ${note}`)].join("\n");
    return { json: imported, text, next: commandLine(["sweep", "start", out, "--dry-run"]) };
  },
});
