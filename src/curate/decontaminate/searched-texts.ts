import type { Benchmark } from "./benchmark.ts";
import { type ItemText, itemTexts } from "./item-texts.ts";
import { plainText } from "./plain-text.ts";

/** What a programme is to do, in its own words: the first string of several lines. */
const DOCSTRING = /("""|''')([^"']{0,4000}|[\s\S]{0,4000}?)\1/;

/** Where a docstring goes over from words to examples. */
const EXAMPLES = /^\s*(?:>>>|(?:for )?examples?\b|e\.g\.)/im;

/** Fewer words of a docstring may be those of any programme. */
const LEAST_WORDS = 10;

/**
 * The texts of benchmarks as they are looked for: without markup, and the task in the docstring of a question that is code
 * as a question of its own, for tasks are passed on without their signature and examples.
 */
export function searchedTexts(benchmarks: readonly Benchmark[]): ItemText[] {
  return itemTexts(
    benchmarks.map((benchmark) => ({
      ...benchmark,
      items: benchmark.items.map((parts) =>
        parts.flatMap(({ kind, text }) => {
          const plain = plainText(text).text;
          const task = kind === "question" ? taskOf(text) : undefined;
          return task === undefined
            ? [{ kind, text: plain }]
            : [
                { kind, text: plain },
                { kind, text: task },
              ];
        }),
      ),
    })),
  );
}

function taskOf(question: string): string | undefined {
  const docstring = DOCSTRING.exec(question)?.[2];
  if (docstring === undefined) return undefined;
  const [task = ""] = docstring.split(EXAMPLES);
  return task.trim().split(/\s+/).length < LEAST_WORDS ? undefined : plainText(task).text;
}
