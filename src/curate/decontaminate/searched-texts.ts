import type { Benchmark } from "./benchmark.ts";
import { type ItemText, itemTexts } from "./item-texts.ts";
import { plainText } from "./plain-text.ts";

/** Task of a program in a docstring: the first string that has several lines. */
const DOCSTRING = /("""|''')([^"']{0,4000}|[\s\S]{0,4000}?)\1/;

/** Start of the examples in a docstring. */
const EXAMPLES = /^\s*(?:>>>|(?:for )?examples?\b|e\.g\.)/im;

/** Minimum number of words of a docstring; shorter ones are not specific. */
const LEAST_WORDS = 10;

/**
 * The texts of benchmarks that are searched for, without markup. The task in the docstring of a code question is a
 * separate question, because tasks are often copied without signature and examples.
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
