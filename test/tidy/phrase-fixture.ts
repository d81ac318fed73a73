/** Files with each of the phrases that the rule on plain English rejects, and what it finds in them. */
export const PHRASES = {
  broken: {
    "src/domain/pii.ts": "/** Lowest score; 0.35 where left out. */\n",
    "docs/concepts/prices.md": "The file is there already.\n",
    "src/base/csv.ts": "/** Kept beside the file. */\nconst beside = 1;\n",
    "src/base/json.ts": '/** The same as text. */\nthrow new Error("the text is no JSON");\n',
    "src/domain/canonical-row.ts":
      "/** Other fields, in `beside`. */\nconst row = { beside: {} }; // the row is no longer read\n",
    "CHANGELOG.md": "The file is there already.\n",
    "examples/tiny/programme.yaml": "# default where left out\n",
    "src/catalog/data/notes.json": '{"note": "two lists are told apart"}\n',
    "src/base/words.ts":
      "/** Rows that are told apart, held against others, and what became of them; null where there are none. */\n" +
      '// "the field does nothing with it", "stands in it twice", "Go on?": what stands here is looked at\n',
    "docs/guides/serving.md":
      "In the figures, in the place of a rate, nothing stands in the way: written whole or not at all, undefined where " +
      "unknown, none where there is none. They are looked at as people read it; what came of a run that came to its " +
      "end. It keeps the SLO, both keep the SLO, all kept the SLO.\n",
    "docs/concepts/freeze.md":
      "A name that stands twice is no place in the file: a copy is torn or was changed. Shares do not rise. Copy it when " +
      "it is at rest; it is as it was frozen. A limit not to be passed takes the place of a warning, whatever becomes of " +
      "it.\n",
    "test/tidy/tree.ts": "// a file is made anew\n",
    "test/plan/memory.test.ts":
      '// a file is made anew\ndescribe("is held against a table", () => {\n  test.each([[1]])("a b", () => {});\n' +
      '  test.each([\n    [1],\n  ])("a copy lies beside %s", () => {});\n});\n',
    "bench/fleet.bench.mjs": "// null where unknown\n",
    "scripts/docs.mjs":
      "/** What is written. */\nconst text = 1;\nconst each = 2; // a re-train\n/**\n * Whether it is written.\n */\n",
    "src/plan/memory.ts":
      "/** A size that cannot be right and nobody needs; a file is made anew, and what reads it goes by it. */\n" +
      'throw new Error("nobody said yes: the file is gone or torn; what stands in the way");\n',
  },
  finds: [
    'src/domain/pii.ts: "where left out": write "default: ..."',
    'docs/concepts/prices.md: "is there already": write "already exists"',
    'src/base/csv.ts: "/** Kept beside the file. */": write "next to, in addition to, or compared with"',
    'src/base/json.ts: "text is no JSON": write "is not a valid ..."',
    'src/base/json.ts: "/** The same": write "what it is"',
    'CHANGELOG.md: "is there already": write "already exists"',
    'examples/tiny/programme.yaml: "where left out": write "default: ..."',
    'src/catalog/data/notes.json: "told apart": write "distinguished"',
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
    'docs/concepts/freeze.md: "stands twice": write "duplicate ..."',
    'docs/concepts/freeze.md: "is no place in": write "is not a valid ..."',
    'docs/concepts/freeze.md: "is torn or was changed": write "is corrupt: checksum mismatch"',
    'docs/concepts/freeze.md: "do not rise": write "must not decrease"',
    'docs/concepts/freeze.md: "when it is at rest": write "when nothing is writing to it"',
    'docs/concepts/freeze.md: "is as it was frozen": write "is unchanged since it was frozen"',
    'docs/concepts/freeze.md: "not to be passed": write "that must not be exceeded"',
    'docs/concepts/freeze.md: "takes the place of": write "replaces"',
    'docs/concepts/freeze.md: "whatever becomes of": write "regardless of"',
    'test/tidy/tree.ts: "made anew": write "created again"',
    'test/plan/memory.test.ts: "made anew": write "created again"',
    'test/plan/memory.test.ts: "held against": write "compared with"',
    'test/plan/memory.test.ts: "// a copy lies beside %s": write "next to, in addition to, or compared with"',
    'bench/fleet.bench.mjs: "null where": write "null if"',
    'scripts/docs.mjs: "re-train": write "retrain, retraining"',
    'scripts/docs.mjs: "const each": write "a noun"',
    'scripts/docs.mjs: "/** What": write "a verb or a noun phrase"',
    'src/plan/memory.ts: "nobody said yes": write "requires confirmation; pass --yes"',
    'src/plan/memory.ts: "cannot be right": write "is implausible"',
    'src/plan/memory.ts: "and nobody needs": write "unused"',
    'src/plan/memory.ts: "made anew": write "created again"',
    'src/plan/memory.ts: "goes by it": write "depends on it"',
    'src/plan/memory.ts: "gone or torn": write "missing or corrupt"',
    'src/plan/memory.ts: "what stands in the way": write "why ... cannot ..."',
    'src/plan/memory.ts: "stands in the way": write "prevents"',
  ],
};
