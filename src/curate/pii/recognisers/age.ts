import { patternRecogniser } from "./recogniser.ts";

const AGE = "(?:1[01][0-9]|[1-9]?[0-9])";

/**
 * Ages of people. Off by default: Safe Harbor covers only ages over 89, and most questions about health contain an age
 * that does not identify anybody.
 */
export const age = patternRecogniser({
  name: "age",
  entity: "AGE",
  locales: [],
  isDefault: false,
  needs: { digits: 1, reach: 16 },
  holds:
    "años meses días semanas year month week day yr yo y jährig jährige jähriger jähriges jährigen jährigem ans age aged turn turned turning edad".split(
      " ",
    ),
  context: ["age", "aged", "turned", "turning", "edad", "alter"],
  patterns: [
    // Spanish guidelines annotate the unit with the number, English ones do not.
    [new RegExp(`${AGE} {1,2}(?:años|meses|días|semanas)`), 0.4],
    [new RegExp(`${AGE}(?=(?:-| )(?:years?|months?|weeks?|days?|yrs?)(?:-| )(?:old|of age))`), 0.6],
    [new RegExp(`${AGE}(?= ?(?:yo|y/o|y\\.o\\.|jährig\\w*|ans)(?!\\w))`), 0.6],
    [new RegExp(`(?<=\\b(?:aged?|age of|age is|turn|turned|turning|edad de) )${AGE}`), 0.6],
  ],
  source: "45 CFR 164.514(b)(2)(i)(C), ages",
});
