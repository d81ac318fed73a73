import { commandLine } from "../../base/command-line.ts";
import { CanaryFile, CanaryRequest } from "../../domain/memorisation.ts";
import { defineCommand } from "../command.ts";

/** `tunewright comply canaries`: writes a copy of a dataset with canaries. */
export default defineCommand({
  description:
    "Write a copy of a dataset with canaries: made-up rows with random codes, each repeated. A model that was trained on the copy shows how much it remembers: tunewright comply memorisation measures it. An equal number of canaries is drawn but not inserted, as a control. The dataset itself is not changed.",
  args: ["file"],
  options: CanaryRequest,
  output: CanaryFile,
  examples: ["comply canaries train.jsonl --out with-canaries"],
  run: async (io, request) => {
    const { plantCanaries } = await import("../../programme/comply/memorisation/plant-canaries.ts");
    const { canaryText } = await import("../../programme/comply/memorisation/memorisation-text.ts");
    const file = await plantCanaries(io, request);
    const next = commandLine(["data", "freeze", `${request.out}/${file.dataset}`, "--out", "frozen/canaries"]);
    return { json: file, text: () => canaryText(file), next };
  },
});
