import { isoDay } from "../../base/clock.ts";
import { commandLine } from "../../base/command-line.ts";
import { FleetSearchRequest } from "../../domain/fleet-request.ts";
import { FleetSearch } from "../../domain/fleet-search.ts";
import { defineCommand } from "../command.ts";
import { RUN_FLAG_GROUPS } from "../flag-groups.ts";
import { writePage } from "../write-output.ts";

/** `tunewright plan fleet`: finds GPUs that could train a run, with the cheapest term and layout. */
export default defineCommand({
  description:
    "Search GPUs, counts, terms, layouts and micro-batches for a training run: which can run it at p90, their hours and cost, the best trade-offs between the two, and why the others are rejected.",
  args: ["dir"],
  options: FleetSearchRequest,
  groups: RUN_FLAG_GROUPS,
  output: FleetSearch,
  examples: [
    "plan fleet --model Qwen/Qwen2.5-7B --method lora --rows 14000 --mean-tokens 900",
    "plan fleet my-programme --rank deadline --deadline-hours 12 --html fleets.html",
    "plan fleet --model meta-llama/Llama-3.3-70B-Instruct --method qlora --rows 22000 --mean-tokens 700 --term spot",
  ],
  run: async (io, request, stated) => {
    const { planFleet } = await import("../../programme/planning/plan-fleet.ts");
    const { fleetSearchText } = await import("../../plan/fleet/fleet-text.ts");
    const { search, spec, note } = await planFleet(io, { request, stated });
    const { stack, objective } = spec;
    const loss = objective === "sft" ? "" : ` ${objective.toUpperCase()}`;
    const title = `${spec.model}, ${spec.method}${loss}`;
    if (request.html !== undefined) {
      const { fleetPage } = await import("../../plan/fleet/fleet-page.ts");
      await writePage(io, request.html, fleetPage(search, { title, stack, day: isoDay(io.now()) }));
    }
    const [best] = search.options;
    const next = request.dir === undefined ? best && ["prices", "show", best.gpu] : ["plan", "cost", request.dir];
    return {
      json: search,
      text: () => `${title}${note}\n\n${fleetSearchText(search, { stack, all: request.all })}`,
      ...(next === undefined ? {} : { next: commandLine(next) }),
    };
  },
});
