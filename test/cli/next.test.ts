import { describeSuggestions } from "./suggestions.ts";

// `test/full` follows those of more commands.
describeSuggestions([
  "init first-programme",
  "feasibility 'order desk'",
  "status contracts",
  "plan cost contracts",
  "plan serve contracts",
  "plan memory --model Qwen/Qwen2.5-7B --method lora --gpu L40S",
  "models list qwen",
  "gpus list",
  "data inspect train.jsonl",
]);
