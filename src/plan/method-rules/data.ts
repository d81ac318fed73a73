import { formatCount, formatNumber } from "../../base/units.ts";
import {
  ADAPTERS,
  CORPUS_TOKENS,
  FEWEST_ROWS,
  hasRows,
  MANY_ROWS,
  rowsNeeded,
  SUPERVISED,
  hasGoal,
} from "../method-reading.ts";
import type { MethodRule } from "./method-rule.ts";

/** Rows, corpora and tokenizers. */
export const DATA_RULES: readonly MethodRule[] = [
  {
    id: "rows.none",
    about: "no rows with answers and no preference pairs",
    methods: SUPERVISED,
    points: -100,
    excludes: "no-data",
    when: ({ rows, preferencePairs }) => rows === 0 && preferencePairs === 0,
    sentence: () => "There are no prompts with answers to learn from.",
    source: "definition of supervised fine-tuning",
  },
  {
    id: "rows.few",
    about: "fewer than 50 rows",
    methods: SUPERVISED,
    points: -40,
    when: ({ rows }) => rows > 0 && rows < FEWEST_ROWS,
    sentence: ({ rows }) => `${rows} rows are fewer than the ${FEWEST_ROWS} to 100 from which an effect was seen.`,
    source: "OpenAI fine-tuning guide (50-100 examples)",
  },
  {
    id: "rows.as-examples",
    about: "fewer than 50 rows",
    methods: ["prompt-only"],
    points: 20,
    when: ({ rows }) => rows > 0 && rows < FEWEST_ROWS,
    sentence: ({ rows }) => `${rows} rows fit into the prompt as examples.`,
    source: "Language Models are Few-Shot Learners, arXiv:2005.14165",
  },
  {
    id: "rows.below-range",
    about: "at least 50 rows, fewer than the kind of task asks for",
    methods: ADAPTERS,
    points: -10,
    when: (facts) => facts.rows >= FEWEST_ROWS && !hasRows(facts),
    sentence: (facts) =>
      `${formatNumber(facts.rows)} rows are below the ${formatNumber(rowsNeeded(facts))} that such a task usually needs.`,
    source: "article of 26 May 2026, section FAQ (data sizes)",
  },
  {
    id: "rows.below-range-full",
    about: "at least 50 rows, fewer than the kind of task asks for",
    methods: ["full-sft"],
    points: -20,
    when: (facts) => facts.rows >= FEWEST_ROWS && !hasRows(facts),
    sentence: (facts) =>
      `${formatNumber(facts.rows)} rows are few for changing all ${formatCount(facts.paramCount)} weights: it overfits and forgets sooner than an adapter.`,
    source: "LoRA Learns Less and Forgets Less, arXiv:2405.09673",
  },
  {
    id: "rows.in-range",
    about: "as many rows as the kind of task asks for",
    methods: SUPERVISED,
    points: 20,
    when: hasRows,
    sentence: (facts) =>
      `${formatNumber(facts.rows)} rows reach the ${formatNumber(rowsNeeded(facts))} that such a task usually needs.`,
    source: "article of 26 May 2026, section FAQ (data sizes)",
  },
  {
    id: "rows.many",
    about: "100,000 rows or more",
    methods: ["full-sft"],
    points: 20,
    when: ({ rows }) => rows >= MANY_ROWS,
    sentence: ({ rows }) =>
      `${formatCount(rows)} rows may hold more than an adapter of usual rank: with about 100,000 rows of code or maths full tuning learned more.`,
    source: "LoRA Learns Less and Forgets Less, arXiv:2405.09673",
  },
  {
    id: "corpus.none",
    about: "no corpus",
    methods: ["continued-pretraining"],
    points: -100,
    excludes: "no-data",
    when: ({ corpusTokens }) => corpusTokens === 0,
    sentence: () => "There is no corpus of domain text.",
    source: "definition of continued pre-training",
  },
  {
    id: "corpus.small",
    about: "under a billion tokens of corpus",
    methods: ["continued-pretraining"],
    points: -20,
    when: ({ corpusTokens }) => corpusTokens > 0 && corpusTokens < CORPUS_TOKENS,
    sentence: ({ corpusTokens }) =>
      `${formatCount(corpusTokens)} tokens are little: the gains that were published came from 2 to 8 billion.`,
    source: "Don't Stop Pretraining, arXiv:2004.10964 (7.55 billion tokens for BioMed)",
  },
  {
    id: "corpus.large",
    about: "a billion tokens of corpus or more, and the aim is knowledge or a domain",
    methods: ["continued-pretraining"],
    points: 40,
    when: (facts) =>
      facts.corpusTokens >= CORPUS_TOKENS && (hasGoal(facts, "knowledge") || facts.kind === "domain-corpus"),
    sentence: ({ corpusTokens }) =>
      `${formatCount(corpusTokens)} tokens of domain text are of the size that gave gains in four domains.`,
    source: "Don't Stop Pretraining, arXiv:2004.10964",
  },
  {
    id: "corpus.effort",
    about: "always",
    methods: ["continued-pretraining"],
    points: -10,
    when: () => true,
    sentence: () =>
      "A clean corpus costs 50,000 to 500,000 USD, old data must be replayed against forgetting, and SFT comes after it.",
    source: "article of 26 May 2026, section on methods; Continual Pre-Training, arXiv:2403.08763",
  },
  {
    id: "tokenizer.corpus",
    about: "the tokenizer changes",
    methods: ["continued-pretraining"],
    points: 40,
    when: ({ changesTokenizer }) => changesTokenizer,
    sentence: () => "New tokens have no embedding yet: they are learned from running text, before any instruction.",
    source: "Chinese LLaMA, arXiv:2304.08177 (20,000 new tokens, second pre-training, then instructions)",
  },
  {
    id: "tokenizer.full",
    about: "the tokenizer changes",
    methods: ["full-sft"],
    points: 10,
    when: ({ changesTokenizer }) => changesTokenizer,
    sentence: () => "It trains the new rows of the embedding with everything else.",
    source: "Chinese LLaMA, arXiv:2304.08177",
  },
  {
    id: "tokenizer.adapter",
    about: "the tokenizer changes",
    methods: ADAPTERS,
    points: -10,
    when: ({ changesTokenizer }) => changesTokenizer,
    sentence: () =>
      "An adapter alone leaves the new embedding rows untrained: embedding and head must be trained in full beside it, which works but is not small.",
    source: "Chinese LLaMA, arXiv:2304.08177 (LoRA with trained embeddings); PEFT modules_to_save",
  },
  {
    id: "tokenizer.untouched",
    about: "the tokenizer changes",
    methods: ["prompt-only", "rag", "grpo"],
    points: -20,
    when: ({ changesTokenizer }) => changesTokenizer,
    sentence: () => "It cannot give the model a vocabulary that it lacks.",
    source: "definition of the method",
  },
];
