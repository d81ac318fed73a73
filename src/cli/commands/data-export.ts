import { ExportResult } from "../../domain/data-export.ts";
import { ExportRequest } from "../../domain/export-request.ts";
import { defineCommand } from "../command.ts";

/** `tunewright data export`: writes rows for a trainer. */
export default defineCommand({
  description:
    "Write rows for a trainer or a service, or in a format. The output is read back and compared: a part that the format cannot represent is named with its rows, never dropped silently; an unsupported row is omitted with the reason. For LLaMA-Factory, dataset_info.json is written next to the files.",
  args: ["file"],
  options: ExportRequest,
  output: ExportResult,
  examples: [
    "data import train.jsonl --out rows.jsonl --quiet && tunewright data export rows.jsonl --format trl --out trl.jsonl",
    "data export train.jsonl --format llama-factory --out llama-factory-data",
    "data import sharegpt.json --out rows.jsonl --quiet && tunewright data export rows.jsonl --format native --out as-it-was.jsonl",
    "data export sharegpt.json --format openai --strict --out openai.jsonl",
  ],
  run: async (io, request) => {
    const { exportDataset } = await import("../../programme/datasets/export-dataset.ts");
    const { exportText } = await import("../../curate/formats/formats-text.ts");
    const result = await exportDataset(io, request);
    return { json: result, text: () => exportText(result) };
  },
});
