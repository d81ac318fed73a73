import type { MethodId } from "../../domain/method.ts";

/** Facts about a method that do not depend on the programme: the data it needs, its failure modes, its evidence. */
export type MethodProfile = {
  method: MethodId;
  name: string;
  /** Data that the method needs. */
  dataNeeded: string;
  /** Common failures. */
  failureModes: readonly string[];
  /** Papers and measurements: the result, then the source. */
  evidence: readonly string[];
};

const FORGETS = "forgets general skill: keep a general benchmark in the evaluation";
const TEMPLATE = "a chat template other than the one at serving time: quality falls without an error";

/** One profile per method, in the order of `MethodId`. */
export const METHOD_PROFILES: readonly MethodProfile[] = [
  {
    method: "prompt-only",
    name: "Prompting alone",
    dataNeeded: "a frozen test set of 500 to 2,000 rows; a few examples for the prompt",
    failureModes: [
      "long prompts that cost more than a tuned model would",
      "a provider changes or retires the model under the same name",
    ],
    evidence: ["examples in the prompt teach a task without training: arXiv:2005.14165"],
  },
  {
    method: "rag",
    name: "Retrieval",
    dataNeeded: "the documents, kept current, and questions with the passages that answer them",
    failureModes: [
      "the passage is not found: measure recall before blaming the model",
      "old and new versions of a fact are both indexed",
    ],
    evidence: [
      "beats unsupervised fine-tuning on known and on new facts: arXiv:2312.05934",
      "retrieval and tuning together gained more than either alone in a farming study: arXiv:2401.08406",
    ],
  },
  {
    method: "lora",
    name: "LoRA",
    dataNeeded:
      "1,000 to 10,000 good pairs for instructions, 5,000 to 30,000 for domain questions, 2,000 to 10,000 per class",
    failureModes: [
      "a learning rate as for full tuning: the best is about 10 times higher",
      "adapters only on attention layers: put them on all linear layers, above all the MLP",
      "large batches hurt it more than full tuning",
      TEMPLATE,
    ],
    evidence: [
      "on par with full tuning at a fraction of the trained weights: arXiv:2106.09685",
      "learns less and forgets less on 100,000 rows of code and maths: arXiv:2405.09673",
      "equal to full tuning on small and medium data and in reinforcement learning: LoRA Without Regret (Thinking Machines, 2025)",
      "1.07 to 1.6 times as fast as full tuning: NeMo, Megatron-Bridge 26.06, fms-hf-tuning, torchtune",
    ],
  },
  {
    method: "qlora",
    name: "QLoRA",
    dataNeeded: "same as LoRA",
    failureModes: [
      "merged into bf16 weights, it is not the model that was trained: evaluate the served model",
      "fp32 norms double the activations (prepare_model_for_kbit_training)",
      "fused experts stay unquantised",
      "saves nothing at long context: the logits and activations grow, the weights do not",
    ],
    evidence: [
      "65B tuned on one 48 GB GPU at the quality of 16-bit tuning: arXiv:2305.14314",
      "0.54 to 0.60 bytes per parameter, -11 to +9 % of LoRA's speed: fms-hf-tuning A100 rows",
    ],
  },
  {
    method: "dora",
    name: "DoRA",
    dataNeeded: "same as LoRA",
    failureModes: [
      "a fifth slower than LoRA for a gain that may not show on your task",
      "less support in serving engines until merged",
    ],
    evidence: [
      "above LoRA of equal rank on commonsense reasoning: arXiv:2402.09353",
      "about 20 % slower: Hugging Face PEFT method comparison",
    ],
  },
  {
    method: "full-sft",
    name: "Full supervised fine-tuning",
    dataNeeded: "at least as for LoRA; it pays off from about 100,000 rows",
    failureModes: [
      FORGETS,
      "out of memory at the optimizer step, after a successful first batch",
      "a copy of all weights per task to store and serve",
      TEMPLATE,
    ],
    evidence: [
      "1,000 curated rows aligned a 65B model: arXiv:2305.11206",
      "its updates have 10 to 100 times the rank of usual adapters: arXiv:2405.09673",
      "10 bytes per parameter in bf16, 20 with fp32 master weights: fms-hf-tuning A100 rows",
    ],
  },
  {
    method: "dpo",
    name: "DPO",
    dataNeeded: "1,000 pairs for a first pass, 10,000 and more as in publications; of answers like the model's own",
    failureModes: [
      "the likelihood of the chosen answers falls too: watch it together with the margin",
      "longer answers, because raters like them",
      "out of memory on two sequences of logits at a vocabulary of 128,000",
    ],
    evidence: [
      "as good as PPO on summaries and dialogue: arXiv:2305.18290",
      "7B from 64,000 prompts: arXiv:2310.16944",
    ],
  },
  {
    method: "ipo",
    name: "IPO",
    dataNeeded: "same as DPO",
    failureModes: [
      "its strength depends on the scale of the log-probabilities: tune it again",
      "fewer published runs than DPO",
    ],
    evidence: ["keeps its regularisation where preferences are certain: arXiv:2310.12036"],
  },
  {
    method: "kto",
    name: "KTO",
    dataNeeded: "single answers marked good or bad, at least a few thousand; both kinds are needed",
    failureModes: [
      "batches too small to estimate its reference point",
      "ratings from production are biased by who gives them",
    ],
    evidence: ["at or above paired losses from 1B to 30B: arXiv:2402.01306"],
  },
  {
    method: "orpo",
    name: "ORPO",
    dataNeeded: "pairs whose chosen answers are good enough for SFT",
    failureModes: [
      "the chosen answers are also trained on: if they are weak, the model learns from them",
      "no published run above 7B in its paper",
    ],
    evidence: ["125M to 7B in one pass without a reference model: arXiv:2403.07691"],
  },
  {
    method: "grpo",
    name: "GRPO with verifiable rewards",
    dataNeeded: "1,000 to 100,000 prompts with a checker; the untuned model sometimes solves some of them",
    failureModes: [
      "the checker is gamed: read the answers, not the reward",
      "all or none of a group are right: no gradient",
      "entropy collapses and answers repeat",
      "the GPUs wait for the longest rollout",
    ],
    evidence: [
      "maths at 7B: arXiv:2402.03300",
      "rewards that a program gives, after SFT and DPO: arXiv:2411.15124",
      "rank 1 is enough for reinforcement learning: LoRA Without Regret (Thinking Machines, 2025)",
      "7.9 times the time per token of SFT at 8B: NeMo-RL on 16 H100",
    ],
  },
  {
    method: "rlhf",
    name: "RLHF with PPO",
    dataNeeded: "tens of thousands of pairs for the reward model, and prompts to roll out",
    failureModes: [
      "the reward model is over-optimised",
      "four models to place and synchronise",
      "many hyperparameters; runs diverge",
    ],
    evidence: [
      "1.3B preferred over 175B without it: arXiv:2203.02155",
      "surpasses DPO when well tuned: arXiv:2404.10719",
      "over-optimisation grows with distance from the start: arXiv:2210.10760",
    ],
  },
  {
    method: "continued-pretraining",
    name: "Continued pre-training",
    dataNeeded: "1 to 100 billion tokens of clean domain text, with old data mixed in, and rows for SFT after it",
    failureModes: [
      FORGETS,
      "the learning rate after warm-up is too high and the loss never recovers",
      "instruction following is lost: start from the base model, tune afterwards",
    ],
    evidence: [
      "gains in four domains from 2 to 8 billion tokens: arXiv:2004.10964",
      "re-warming, decay and replay keep old skill: arXiv:2403.08763",
      "a new vocabulary of 20,000 tokens: arXiv:2304.08177",
    ],
  },
];

/** The profile of a method. */
export function methodProfile(method: MethodId): MethodProfile {
  return METHOD_PROFILES.find((profile) => profile.method === method)!;
}
