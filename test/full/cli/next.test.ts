import { describeSuggestions } from "../../cli/suggestions.ts";

describeSuggestions([
  "init first-programme",
  "feasibility contracts",
  "feasibility support",
  "feasibility 'order desk'",
  "status contracts",
  "status clinical",
  "plan cost contracts",
  "plan payback contracts",
  "plan payback clinical", // without traffic there is nothing to compare
  "plan serve contracts",
  "plan method --model Qwen/Qwen2.5-7B --task chat --goals style --rows 9000 --mean-tokens 300 --api-usd-per-month 30000",
  "plan memory --model Qwen/Qwen2.5-7B --method lora --gpu L40S",
  "plan fleet --model Qwen/Qwen2.5-7B --method lora --rows 14000 --mean-tokens 900",
  "models list qwen",
  "gpus list",
  "prices list",
  "data inspect train.jsonl",
]);
