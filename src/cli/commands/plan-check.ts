import { EstimateCheck } from "../../domain/estimate-check.ts";
import { EstimateCheckRequest } from "../../domain/estimate-check-request.ts";
import { defineCommand } from "../command.ts";
import { toolName } from "../tool-name.ts";

/** `tunewright plan check`: compares our estimates with a set of measurements. */
export default defineCommand({
  description:
    "Compare the estimates with measured runs, or with measured operating points of a served model: error, bias and coverage of the range, by source and by cell. A row whose source is in the calibration is estimated without that source. Rows outside the calibration get a refusal and implausible rows are rejected, each with its reason. An estimate never uses measured columns or notes. Closed loops of serving are checked against Little's law.",
  args: ["kind", "file"],
  options: EstimateCheckRequest,
  output: EstimateCheck,
  examples: [
    "plan check training measurements.csv",
    "plan check training measurements.csv --html check.html",
    "plan check training measurements.csv --json",
    "plan check serving serving.csv",
    "plan check serving loadtest.json --html check.html",
  ],
  run: async (io, request) => {
    if (request.kind === "serving") {
      const { checkServingFile } = await import("../../programme/planning/check-serving-file.ts");
      const { servingCheckText } = await import("../../plan/serve-check/serving-check-text.ts");
      const served = await checkServingFile(io, request, toolName());
      return { json: served, text: () => servingCheckText(served) };
    }
    const { checkTrainingFile } = await import("../../programme/planning/check-training-file.ts");
    const { checkText } = await import("../../plan/check/check-text.ts");
    const check = await checkTrainingFile(io, request, toolName());
    return { json: check, text: () => checkText(check) };
  },
});
