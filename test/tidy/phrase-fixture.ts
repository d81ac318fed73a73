/** Files with each of the phrases that the rule on plain English rejects, and what it finds in them. */
export const PHRASES = {
  broken: {
    "src/domain/pii.ts": "/** Lowest score; 0.35 where left out. */\n",
    "docs/concepts/prices.md": "The file is there already.\n",
    "src/base/csv.ts": "/** Kept beside the file. */\nconst beside = 1;\n",
    "src/base/json.ts": '/** The same as text. */\nthrow new Error("the text is no JSON");\n',
    "src/domain/canonical-row.ts":
      "/** Other fields, in `beside`. */\nconst row = { beside: {} }; // the row is no longer read\n",
    "CHANGELOG.md": "where left out\n",
    "src/base/words.ts":
      "/** Rows that are told apart, held against others, and what became of them; null where there are none. */\n" +
      '// "the field does nothing with it", "stands in it twice", "Go on?": what stands here is looked at\n',
    "docs/guides/serving.md":
      "In the figures, in the place of a rate, nothing stands in the way: written whole or not at all, undefined where " +
      "unknown, none where there is none. They are looked at as people read it; what came of a run that came to its " +
      "end. It keeps the SLO, both keep the SLO, all kept the SLO.\n",
  },
  finds: [
    'src/domain/pii.ts: "where left out": write "default: ..."',
    'docs/concepts/prices.md: "is there already": write "already exists"',
    'src/base/csv.ts: "/** Kept beside the file. */": write "next to, in addition to, or compared with"',
    'src/base/json.ts: "text is no JSON": write "is not a valid ..."',
    'src/base/json.ts: "/** The same": write "what it is"',
    'src/base/words.ts: "told apart": write "distinguished"',
    'src/base/words.ts: "held against": write "compared with"',
    'src/base/words.ts: "does nothing with": write "ignores"',
    'src/base/words.ts: "stands in it twice": write "duplicate ..."',
    'src/base/words.ts: "Go on?": write "Continue?"',
    'src/base/words.ts: "null where": write "null if"',
    'src/base/words.ts: "is looked at": write "is examined"',
    'src/base/words.ts: "hat became of": write "result of ..."',
    'docs/guides/serving.md: "stands in the way": write "prevents"',
    'docs/guides/serving.md: "in the place of": write "instead of"',
    'docs/guides/serving.md: "whole or not at all": write "completely or not at all"',
    'docs/guides/serving.md: "where there is none": write "if there is none"',
    'docs/guides/serving.md: "undefined where": write "undefined if"',
    'docs/guides/serving.md: "are looked at": write "are examined"',
    'docs/guides/serving.md: "keeps the SLO": write "meets the SLO"',
    'docs/guides/serving.md: "keep the SLO": write "meet the SLO"',
    'docs/guides/serving.md: "kept the SLO": write "met the SLO"',
    'docs/guides/serving.md: "came to its end": write "was completed"',
    'docs/guides/serving.md: "as people read it": write "text of ..."',
    'docs/guides/serving.md: "hat came of": write "result of ..."',
  ],
};
