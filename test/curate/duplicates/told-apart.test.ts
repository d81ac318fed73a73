import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { findDuplicates } from "../../../src/curate/duplicates/dedup-files.ts";
import { DedupOptions } from "../../../src/domain/dedup.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";

/** Answers that a compiler, a shell or a reader tells apart, by language. */
const APART: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  shell: [
    ["a; b", "a b"],
    ["cd build; make", "cd build make"],
    ["cd build && make", "cd build make"],
    ["cat a | sort", "cat a sort"],
    ["sleep 5 &", "sleep 5"],
    ["grep -v x f", "grep -V x f"],
    ["ls -r", "ls -R"],
    ["git add .", "git add"],
    ["cd ..", "cd ."],
    ["cd ../a", "cd ./a"],
    ["x=`date`", "x=date"],
    ["echo $HOME", "echo HOME"],
    ["echo $Home", "echo $HOME"],
    ["echo '$x'", 'echo "$x"'],
    ["tar --list", "tar list"],
    ["a > b", "a < b"],
    ["a >> b", "a > b"],
    ["git diff a..b", "git diff a b"],
    ["rm -rf ~/a", "rm -rf /a"],
    ["find . -name x", "find -name x"],
  ],
  python: [
    ["x = 1,", "x = 1"],
    ["f(a, b)", "f(a b)"],
    ["f(A)", "f(a)"],
    ["print('a')", "print(a)"],
    ["return (a, b)", "return a(b)"],
    ["obj.name", "obj name"],
    ["x[1:2]", "x[1, 2]"],
    ["x[-1]", "x[1]"],
    ["{'a': 1}", "{'a', 1}"],
    ["x = a - b", "x = a b"],
    ["x = a-b", "x = a, b"],
    ["x == 1", "x = 1"],
    ["x = not_a", "x = not a"],
    ["f(*a)", "f(**a)"],
    ["if x:\n  a()\n  b()", "if x:\n  a()\nb()"],
    ["x = [1., 2.]", "x = [1, 2]"],
  ],
  "C and its kin": [
    ["x + 1;", "x + 1"],
    ["a ? b : c;", "a ? b, c;"],
    ["std::sort(a)", "std.sort(a)"],
    ["p->x", "p.x"],
    ["c = 'a';", 'c = "a";'],
    ["!x", "x"],
    ["a && b", "a & b"],
    ["a?.b", "a.b"],
    ["Foo x = y;", "foo x = y;"],
    ["(...args) => args", "(args) => args"],
    ["for (;;) {}", "for () {}"],
    ["1..5", "1.5"],
    ["println!(x)", "println(x)"],
  ],
  "other notations": [
    ["name: app", "name app"],
    ['{"a": "1"}', '{"a": 1}'],
    ["SELECT a, b FROM t WHERE c = 'X'", "SELECT a, b FROM t WHERE c = 'x'"],
    ["\\Delta", "\\delta"],
    ["<b>x</b>", "b x b"],
    ["```\na, b\n```", "```\na b\n```"],
    ["a:b", "a.b"],
    ["x^2", "x_2"],
  ],
  prose: [
    ["It costs $5.", "It costs €5."],
    ["It is -5 degrees", "It is 5 degrees"],
    ["It grew by 5 %", "It grew by 5"],
    ["1,5", "1.5"],
    ["pages 1-5", "pages 1 5"],
    ["😀", "😢"],
    ["Yes, he is", "No, he is"],
  ],
  "short answers": [
    ["true", "True"],
    ["TRUE", "true"],
    ["HELLO", "hello"],
    ["Paris", "paris"],
    ["New York City", "new york city"],
    ["ÉTÉ", "été"],
    ["ΟΔΥΣΣΕΥΣ", "οδυσσευς"],
    ["IT IS LATE", "It is late"],
    ["The NASA said so", "the nasa said so"],
    ["Hello, world!", "hello world"],
    ["well-known", "well known"],
    ["Yes!", "Yes?"],
    ['"yes"', "yes"],
  ],
};

/** Answers that say the same to every reader. */
const ALIKE: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  "the end of a sentence": [
    ["It is late.", "It is late"],
    ["It is late!", "It is late."],
    ["Is it late?", "Is it late"],
    ["Yes.", "Yes"],
    ["Yes。", "Yes"],
    ["It is late...", "It is late"],
    ["It is late…", "It is late."],
    ["Wait... it is late", "Wait, it is late"],
    ["(It is late.)", "It is late"],
    ["f(x).", "f(x)"],
    ["Call f(x) now.", "Call f(x) now"],
    ["x = 5.", "x = 5"],
    ["It costs $5.", "It costs $5"],
  ],
  "capitals in prose": [
    ["It is late", "it is late"],
    ["It costs $5", "it costs $5"],
    ["The NASA said that it is late again", "the nasa said that it is late again"],
    ["The Capital of France is Paris.", "the capital of france is paris"],
    ["Take The Last Train To New York City", "Take the last train to New York City"],
    ["IT IS TOO LATE TO GO HOME", "It is too late to go home"],
  ],
  space: [
    ["It  is   late", "It is late"],
    [" It is late ", "It is late"],
    ["It is late.\nGo home.", "It is late. Go home."],
    ["It is late.\r\n\r\nGo home.", "It is late.\nGo home."],
    ["It\tis late", "It is late"],
    ["It\u00a0is late", "It is late"],
    ["f(a,b)", "f( a, b )"],
    ["x=1", "x = 1"],
    ["f(a)\n\n\nf(b)", "f(a)\nf(b)"],
    ["if x:\n  f(a)", "if x:\n    f(a)"],
    ["if x:\n\tf(a)", "if x:\n    f(a)"],
    ["{ a: 1 }", "{a: 1}"],
    ["It is late\u200b", "It is late"],
  ],
  quotes: [
    ["“It is late”", '"It is late"'],
    ["She said “yes”.", "She said 'yes'."],
    ['She said "yes".', "She said yes."],
    ["It’s late", "It's late"],
    ["‘Late’ is a word", "'Late' is a word"],
    ["f(“a”)", 'f("a")'],
    ["don’t call f(x)", "don't call f(x)"],
    ["« Il est tard »", "Il est tard"],
  ],
  "commas, hyphens and dashes in prose": [
    ["Hello, wide world!", "hello wide world"],
    ["Yes, it is", "Yes it is"],
    ["a well-known man", "a well known man"],
    ["It is late, dark, and cold", "It is late, dark and cold"],
    ["So: it is late", "So: it is late!"],
    ["It is late — go home", "It is late - go home"],
    ["It is late (and dark)", "It is late, and dark"],
    ["apples, pears, and plums", "apples, pears and plums"],
  ],
  Markdown: [
    ["**Paris**", "Paris"],
    ["`true`", "true"],
    ["- Paris", "Paris"],
    ["## Paris", "Paris"],
    ["**Note:** it is late", "Note: it is late"],
    ["This is *very* late", "This is very late"],
    ["# Title\nIt is late", "Title\nIt is late"],
    ["- one\n- two", "* one\n* two"],
    ["• one\n• two", "- one\n- two"],
    ["> It is late", "It is late"],
    ["Use `sort` here", "Use sort here"],
    ["__It__ is late", "__it__ is late"],
    ["| a | b |", "|a|b|"],
    ["```\nf(a)\n```", "f(a)"],
  ],
  "composed letters": [
    ["e\u0301te\u0301", "été"],
    ["f(E\u0301)", "f(É)"],
    ["\u212bngström", "Ångström"],
  ],
};

const folder = await folderOf({});
const listed = (pairs: typeof APART): [string, string, string][] =>
  Object.entries(pairs).flatMap(([kind, list]) =>
    list.map(([one, other]): [string, string, string] => [kind, one, other]),
  );

/** Those pairs of which another number of rows is kept: each pair with a prompt of its own, by one method. */
async function keptOtherwise(pairs: typeof APART, rows: 1 | 2, options: object): Promise<string[]> {
  const path = join(folder, "rows.jsonl");
  const all = listed(pairs);
  const asked = all.flatMap(([, ...pair], index) => pair.map((completion) => ({ prompt: `q${index}`, completion })));
  await writeFile(path, jsonl(asked));
  const { keeper } = (await findDuplicates([{ path, name: "rows.jsonl" }], DedupOptions.parse(options))).drops;
  return all.flatMap(([kind, one, other], index) =>
    (keeper[2 * index + 1] === 2 * index ? 1 : 2) === rows ? [] : [`${kind}: ${one} | ${other}`],
  );
}

test("there are at least sixty pairs of each kind", () => {
  expect(listed(APART).length).toBeGreaterThanOrEqual(60);
  expect(listed(ALIKE).length).toBeGreaterThanOrEqual(60);
});

test.each([{}, { verify: false }, { method: "exact" }])(
  "answers that a compiler, a shell or a reader tells apart stay: %o",
  async (options) => {
    expect(await keptOtherwise(APART, 2, options)).toEqual([]);
  },
);

test.each([{}, { verify: false }, { method: "exact" }])(
  "answers that differ in case, ends of sentences, space, quotes or Markdown are one: %o",
  async (options) => {
    expect(await keptOtherwise(ALIKE, 1, options)).toEqual([]);
  },
);
