import { formatNumber } from "../../../base/units.ts";
import type { MethodFacts } from "../../../domain/method-facts.ts";
import {
  ADAPTERS,
  isMixture,
  isReasoning,
  isTooLarge,
  LARGE_PARAMS,
  MANY_ROWS,
  misfitOf,
  PREFERENCE,
  stateGib,
  TRAINED,
} from "../method-reading.ts";
import type { MethodRule } from "./method-rule.ts";

const gib = (facts: MethodFacts, as: Parameters<typeof stateGib>[1]): string =>
  `${formatNumber(stateGib(facts, as))} GiB`;
const fleet = ({ fleetMemoryGib }: MethodFacts): string => `${formatNumber(fleetMemoryGib ?? 0)} GiB of your fleet`;

/** Rules on the methods that fit on the machines, and on their savings. */
export const MACHINES_RULES: readonly MethodRule[] = [
  {
    id: "fit.full",
    about: "weights, gradients and optimizer of all parameters exceed the fleet",
    methods: ["full-sft", "continued-pretraining"],
    points: -100,
    excludes: "no-room",
    when: (facts) => isTooLarge(facts, "full"),
    sentence: (facts) =>
      `Training all weights needs ${gib(facts, "full")} of state at the optimizer step, more than the ${fleet(facts)}.`,
    source: "fms-hf-tuning A100 rows: 10 bytes per parameter in bf16 with AdamW",
  },
  {
    id: "fit.bf16",
    about: "bf16 weights exceed the fleet",
    methods: ["lora", "dora"],
    points: -100,
    excludes: "no-room",
    when: (facts) => isTooLarge(facts, "bf16"),
    sentence: (facts) => `The frozen weights take ${gib(facts, "bf16")} in bf16, more than the ${fleet(facts)}.`,
    source: "2 bytes per parameter",
  },
  {
    id: "fit.nf4",
    about: "4-bit weights exceed the fleet",
    methods: ["qlora", ...PREFERENCE, "grpo", "rlhf"],
    points: -100,
    excludes: "no-room",
    when: (facts) => isTooLarge(facts, "nf4"),
    sentence: (facts) => `Even in 4 bits the weights take ${gib(facts, "nf4")}, more than the ${fleet(facts)}.`,
    source: "fms-hf-tuning: 0.54 bytes per parameter for Llama-2-70B in NF4",
  },
  {
    id: "fit.estimate",
    about: "its estimated memory, including activations, exceeds the fleet",
    methods: TRAINED,
    points: -100,
    excludes: "no-room",
    when: (facts, method) => misfitOf(facts, method) !== undefined,
    sentence: (facts, method) => {
      const { needs, capacityGib, fleet: own, smallest } = misfitOf(facts, method)!;
      const remedy = smallest === null ? "" : ` The smallest fleet that fits: ${smallest}.`;
      return `It needs ${needs} GiB on each GPU of ${own}, which has ${formatNumber(capacityGib)}.${remedy}`;
    },
    source: "the memory estimate of this run: tunewright plan memory",
  },
  {
    id: "memory.adapter",
    about: "always",
    methods: ADAPTERS,
    points: 10,
    when: () => true,
    sentence: (facts) =>
      `It saves memory: gradients and optimizer of the adapter alone, where all weights would take ${gib(facts, "full")} of state.`,
    source: "LoRA, arXiv:2106.09685; fms-hf-tuning A100 rows",
  },
  {
    id: "memory.not-speed",
    about: "always",
    methods: ["lora"],
    points: 0,
    when: () => true,
    sentence: () =>
      "It does not save much compute: two thirds of the FLOPs per token, measured 1.07 to 1.6 times as fast as full tuning, not the 1 to 5 % of its cost that is often quoted.",
    source: "4N of 6N FLOPs; NeMo, Megatron-Bridge 26.06, fms-hf-tuning, torchtune",
  },
  {
    id: "memory.quantised-speed",
    about: "always",
    methods: ["qlora"],
    points: 0,
    when: () => true,
    sentence: () =>
      "Its speed is LoRA's within -11 to +9 %: the weights are unpacked in every pass, and the FLOPs stay two thirds of full tuning.",
    source: "fms-hf-tuning NF4 rows on A100; torchtune 3B (-2 %)",
  },
  {
    id: "memory.full",
    about: "13 billion parameters or more",
    methods: ["full-sft"],
    points: -10,
    when: ({ paramCount }) => paramCount >= 13e9,
    sentence: (facts) =>
      `All weights take ${gib(facts, "full")} of state in bf16, twice that with fp32 master weights.`,
    source: "fms-hf-tuning A100 rows: 10 and 20 bytes per parameter",
  },
  {
    id: "memory.adapter-is-enough",
    about: "fewer than 100,000 rows, and the tokenizer stays",
    methods: ["full-sft"],
    points: -10,
    when: ({ rows, changesTokenizer }) => rows < MANY_ROWS && !changesTokenizer,
    sentence: () => "On small and medium data an adapter on all linear layers matches full tuning.",
    source: "LoRA Without Regret (Thinking Machines, 2025); article of 26 May 2026 (85-95 % of cases)",
  },
  {
    id: "memory.quantised-needed",
    about: "bf16 weights exceed the fleet, 4-bit weights do not",
    methods: ["qlora"],
    points: 20,
    when: (facts) => isTooLarge(facts, "bf16") && !isTooLarge(facts, "nf4"),
    sentence: (facts) => `Only in 4 bits do the weights fit: ${gib(facts, "nf4")} instead of ${gib(facts, "bf16")}.`,
    source: "QLoRA, arXiv:2305.14314",
  },
  {
    id: "memory.quantised-large",
    about: "30 billion parameters or more, and no fleet is given",
    methods: ["qlora"],
    points: 5,
    when: ({ paramCount, fleetMemoryGib }) => paramCount >= LARGE_PARAMS && fleetMemoryGib === undefined,
    sentence: (facts) =>
      `Weights of ${gib(facts, "nf4")} instead of ${gib(facts, "bf16")}: fewer or smaller GPUs at nearly the speed (-11 to +9 % measured).`,
    source: "QLoRA, arXiv:2305.14314; fms-hf-tuning NF4 rows",
  },
  {
    id: "memory.quantised-idle",
    about: "bf16 weights fit easily: under 30 billion parameters, or a fleet with enough memory",
    methods: ["qlora"],
    points: -10,
    when: (facts) =>
      facts.fleetMemoryGib === undefined ? facts.paramCount < LARGE_PARAMS : !isTooLarge(facts, "bf16"),
    sentence: (facts) =>
      `The ${gib(facts, "bf16")} of bf16 weights fit: 4 bits would save memory that is not scarce, and would round the base weights.`,
    source: "QLoRA, arXiv:2305.14314; AgileRL: past 2,700 tokens NF4 cost more memory than it saved at 0.5B",
  },
  {
    id: "memory.experts",
    about: "mixture of experts",
    methods: ["qlora"],
    points: -20,
    when: isMixture,
    sentence: () => "Fused experts may stay unquantised: a 26B mixture loaded in 4 bits still took 46 GiB.",
    source: "Unsloth notebook of Gemma 4 26B-A4B",
  },
  {
    id: "memory.dora-speed",
    about: "always",
    methods: ["dora"],
    points: -10,
    when: () => true,
    sentence: () => "A fifth slower than LoRA in the same suite.",
    source: "Hugging Face PEFT method comparison",
  },
  {
    id: "memory.dora-gain",
    about: "a reasoning, code or agent task",
    methods: ["dora"],
    points: 5,
    when: isReasoning,
    sentence: () => "It beat LoRA of the same rank on commonsense reasoning in its paper.",
    source: "DoRA, arXiv:2402.09353",
  },
];
