import { longCases } from "../long-suite.ts";
import { describeSuggestions } from "./suggestions.ts";

// `test/full` follows those of more commands.
describeSuggestions(
  longCases(1, [
    "plan cost contracts",
    "init first-programme",
    "models list qwen",
    "data inspect train.jsonl",
    "feasibility 'order desk'",
    "status contracts",
    "plan serve contracts",
    "plan memory --model Qwen/Qwen2.5-7B --method lora --gpu L40S",
    "gpus list",
  ]),
);
