import { commandLine } from "../../base/command-line.ts";
import { Memorisation, MemorisationRequest } from "../../domain/memorisation.ts";
import { defineCommand } from "../command.ts";
import { toolName } from "../tool-name.ts";

/** `tunewright comply memorisation`: measures how much a tuned model reveals of its training rows. */
export default defineCommand({
  description:
    "Test what a tuned model reveals of its training rows, as EDPB Opinion 28/2024 asks: whether members can be identified by their loss (AUC with its 95 % interval), how exposed planted canaries are, and how many training answers the serving endpoint reproduces verbatim. Losses are computed in your Python; an endpoint is asked at temperature 0 and not priced. Writes memorisation.json, which is evidence.",
  args: ["dir"],
  options: MemorisationRequest,
  output: Memorisation,
  examples: [
    "comply memorisation . --members train.jsonl --others test.jsonl --model tuned --canaries with-canaries/canaries.json",
    "comply memorisation . --members train.jsonl --others test.jsonl --endpoint http://127.0.0.1:8080/v1 --served-model tuned",
  ],
  run: async (io, request) => {
    const { testMemorisation } = await import("../../programme/comply/memorisation/test-memorisation.ts");
    const { memorisationText } = await import("../../programme/comply/memorisation/memorisation-text.ts");
    const result = await testMemorisation(io, request, toolName());
    return { json: result, text: () => memorisationText(result), next: commandLine(["comply", "show", request.dir]) };
  },
});
