import { describe, expect, test } from "vitest";

import { redactedFields } from "./redacted-code.ts";

async function redacted(text: string): Promise<string> {
  return (await redactedFields({ text }))["text"] as string;
}

/** Answers without a fence whose identifiers are names of people, towns and months. */
const CODE: readonly (readonly [language: string, code: string])[] = [
  [
    "Ruby",
    "class Array\n  def sorted?\n    (1...length).each do |mary|\n      return false if self[mary - 1] > self[mary]\n    end\n    true\n  end\nend",
  ],
  [
    "Ruby",
    "class Ada < Struct.new(:jordan, :chad)\n  include Comparable\n  attr_reader :rose\n\n  def austin\n    elsif !@head.nil? && (@head.next == @head)\n    puts jordan\n  end\nend",
  ],
  [
    "Haskell",
    "quickSort [] = []\nquickSort (ada:rest) = quickSort lesser ++ [ada] ++ quickSort greater\n  where\n    lesser = filter (< ada) rest\n    greater = filter (>= ada) rest",
  ],
  [
    "Haskell",
    "data Jordan = Chad | Paris deriving (Show, Eq)\n\nflorence :: Jordan -> Int\nflorence Chad = 1\nflorence Paris = 2",
  ],
  ["R", "austin <- c(1, 2, 3)\njordan <- mean(austin)\nrose$grace <- jordan %>% sum()\nlm(chad ~ grace, data = rose)"],
  ["R", "max_mary <- function(mary, chad = 3) {\n  if (mary > chad) mary else chad\n}"],
  [
    "Perl",
    'use strict;\nmy ($ada, $chad) = @_;\nforeach my $rose (@{$ada->{grace}}) {\n  print "$rose\\n" if $rose =~ /x/;\n}',
  ],
  ["Perl", "package Mary::Jordan;\nsub new {\n  my $class = shift;\n  return bless { max => 3 }, $class;\n}\n1;"],
  [
    "TSX",
    "export const Rose = ({ jordan }: Props) => {\n  return (\n    <Ada jordan={jordan}>\n      <Entry label=\"Role\" value={jordan.data?.firstName ?? ''} />\n    </Ada>\n  );\n};",
  ],
  ["JSX", "<Florence>\n  <Austin chad={mary.grace} />\n</Florence>"],
  [
    "CSS",
    ".ada .florence {\n  font-family: Georgia, serif;\n  color: red;\n}\n\n#jordan > .rose {\n  margin: 0 auto;\n}",
  ],
  [
    "Go",
    'package rose\n\nimport (\n\t"fmt"\n)\n\nfunc Chad(mary int) (grace int, err error) {\n\tgrace = mary >> 1\n\treturn grace, nil\n}',
  ],
  [
    "Rust",
    'pub use self::optimization::{gradient_descent, Adam};\n\nfn main() {\n    let rose: Vec<i64> = vec![1];\n    println!("{}", rose[0]);\n}',
  ],
  [
    "Java",
    "public class Dean extends Rose {\n  private final Grace grace = new Grace();\n\n  @Override\n  public int max(Mary mary) {\n    return mary.jordan();\n  }\n}",
  ],
  [
    "Kotlin",
    "data class Rose(val jordan: Int)\n\nfun Rose.chad(): Int = jordan * 2\n\nval grace = listOf(1).map { it + 1 }",
  ],
  [
    "C",
    "#include <stdio.h>\n\nstruct rose {\n  int grace;\n};\n\nstatic int max(struct rose *mary)\n{\n  return mary->grace;\n}",
  ],
  [
    "C++",
    "template <typename Grace>\nclass Rose : public Jordan<Grace> {\npublic:\n  Grace mary() const { return chad_; }\n};",
  ],
  ["C#", "namespace Rose.Grace;\n\npublic record Jordan(int Chad)\n{\n    public int Max => Chad + 1;\n}"],
  [
    "PHP",
    "<?php\n\nnamespace Rose;\n\nclass Grace\n{\n    public function jordan(int $mary): int\n    {\n        return $this->chad + $mary;\n    }\n}",
  ],
  [
    "SQL",
    "SELECT r.grace, COUNT(*) AS jordan\nFROM rose r\nJOIN chad c ON c.mary = r.mary\nWHERE r.grace > 5\nGROUP BY r.grace;",
  ],
  [
    "shell",
    '#!/bin/sh\nset -e\nrose="$1"\nfor grace in $(ls "$rose"); do\n  if [ -f "$grace" ]; then\n    cp "$grace" /tmp\n  fi\ndone',
  ],
  [
    "YAML",
    "jobs:\n  build:\n    steps:\n      - name: Checkout repository\n      - name: Upload coverage to codecov\n      - name: Install JuliaFormatter\n        run: npm ci",
  ],
  [
    "TOML",
    '[package]\nname = "rose"\nversion = "0.1.0"\n\n[dependencies]\ngrace = { version = "1", features = ["chad"] }',
  ],
  ["HTML", '<div class="rose">\n  <img src="https://x.io/ada.png" alt="" id="jordan">\n</div>'],
  [
    "Lua",
    'local Rose = {}\n\nfunction Rose.grace(mary)\n  local chad = mary .. "x"\n  return chad ~= nil and #chad or 0\nend\n\nreturn Rose',
  ],
  [
    "Swift",
    "struct Rose {\n    var value: Grace.EdgeValue\n    mutating func jordan(_ mary: Int) -> Int {\n        guard mary > 0 else { return 0 }\n        return mary\n    }\n}",
  ],
  [
    "Scala",
    "object Rose extends App {\n  def jordan(mary: Int): Int = mary match {\n    case 0 => 1\n    case grace => grace * jordan(grace - 1)\n  }\n}",
  ],
  [
    "Julia",
    "function rose(mary::Int)\n    grace = [chad for chad in 1:mary if chad % 2 == 0]\n    return grace\nend\n\n@test lis([3, 10, 2], Val(:dp)) == [3, 10]",
  ],
];

/** Files of settings and comments that stand alone, with names, addresses and numbers that are about nobody. */
const SETTINGS_AND_COMMENTS: readonly (readonly [what: string, text: string])[] = [
  [
    "a workflow",
    "name: Rose Deploy\non:\n  push:\n    branches: [main]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      # See https://docs.example.com/en/actions for more\n      - name: Set up Austin\n        uses: actions/setup-node@v4\n        with:\n          node-version: 20",
  ],
  [
    "an object of a cluster",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: jordan\n  labels:\n    app.kubernetes.io/name: jordan\n    app.kubernetes.io/part-of: rose\nspec:\n  replicas: 2\n  hosts: 127.0.0.1\n  image: grace/chad:1.9.13",
  ],
  [
    "a template of a cluster",
    'metadata:\n  annotations:\n{{- if .Values.rose }}\n    storageclass.kubernetes.io/is-default-class: "true"\n    app.kubernetes.io/name: {{ include "rose.name" . }}\n{{- end }}\n## See https://rose.example.org/docs\n  caBundle: {{ .Values.tls.ca }}',
  ],
  [
    "rules of a linter",
    "Layout/LineLength:\n  Max: 120\nStyle/Documentation:\n  Enabled: false\nMetrics/ClassLength:\n  Max: 125",
  ],
  [
    "TOML",
    '# https://docs.example.com/manifest\n[package]\nname = "Rose"\nversion = "0.1.0"\nrepository = "https://example.com/rose"\n[features]\ndefault = ["grace"]\nmax-level = true',
  ],
  [
    "a licence above nothing",
    "/*\n * Licensed under the Apache License, Version 2.0\n * You may obtain a copy at http://www.apache.org/licenses/LICENSE-2.0\n */",
  ],
  [
    "a comment of Haskell",
    "{-\n    This file is part of Rose.\n    https://www.rose.example.net\n    Published by the Free Software Foundation\n-}",
  ],
  [
    "lines of comments",
    "// See https://rose.example.org/docs for the options.\n// They are read once, on 2017-07-29.\n// Max is the largest.",
  ],
  [
    "documentation of Perl",
    "=head1 DESCRIPTION\n\nL<Rose::Grace> is a container, based on L<RFC 3986|https://tools.ietf.org/html/rfc3986>.\n\n=head2 first\n\nAn C<E> element, the first child of its parent. Max age of a cookie.\n\n=cut",
  ],
  [
    "imports alone",
    'import (\n\t"golang.org/x/crypto/ssh"\n\tcorev1 "k8s.io/api/core/v1"\n\t"github.com/rose/grace/v2/pkg"\n)',
  ],
  [
    "a command over several lines",
    "minikube start \\\n  --extra-config=scheduler.address=0.0.0.0 \\\n  --extra-config=manager.address=0.0.0.0 \\\n  --version 1.9.13",
  ],
  ["options of a command", "# https://golang.example.org/\n--type-add=go:ext:go\n--type-add=rose:ext:rs\n--max=3"],
  ["a table of Perl", "415 => 'Unsupported Media Type',\n416 => 'Range Not Satisfiable',\n418 => 'Jordan',"],
  ["constructors", "data Option\n  = Rose Bool\n  | Grace Int\n  | Jordan\n  deriving (Show, Eq)"],
  [
    "keys in a column",
    "cloc_url           : github.com/rose/grace\ncloc_version       : 1.97\nelapsed_seconds    : 0.009\nn_files            : 1",
  ],
  [
    "settings switched off",
    "galaxy_tags: []\nmin_version: 2.4\nis_public: true\nplatforms: all\n# platforms:\n# - name: Fedora\n#   versions:\n#   - all",
  ],
  [
    "documented constructors",
    "data Rose =\n    Record MaxPrefix Regexp          -- ^ match if this one matches\n  | Field MaxPrefix Grace Regexp     -- ^ match if the field does",
  ],
  ["an enumeration", "public enum Location\n{\n    Austin,\n    London,\n    Paris\n}"],
];

describe("settings and comments keep what is about nobody", () => {
  test.each(SETTINGS_AND_COMMENTS)("%s: %j", async (_what, text) => {
    expect(await redacted(text)).toBe(text);
    expect(await redacted(`This is the file:\n\n${text}\n\nIs anything unclear?`)).toContain(text);
  });

  test("of a package whose maintainers have addresses too", async () => {
    const head =
      "apiVersion: v2\nname: rose\nversion: 6.6.30\nhome: https://rose.example.net\nicon: https://rose.example.net/a.png\nsources:\n  - https://git.example.net/rose\n";
    const text = `${head}maintainers:\n- name: Rebecca Thornton\n  email: rt@acme-corp.com\n- name: Gareth Pugh\n  email: gp@acme-corp.com\n`;
    const after = await redacted(text);
    expect(after).toContain(head);
    for (const name of ["Thornton", "Pugh", "rt@", "gp@"]) expect(after).not.toContain(name);
  });

  test.each(["yaml", "toml", "ini"])("in a fence that says %s too", async (language) => {
    const [, text] = SETTINGS_AND_COMMENTS[language === "yaml" ? 1 : 3]!;
    expect(await redacted(`\`\`\`${language}\n${text}\n\`\`\``)).toContain(text);
  });

  test("under hipaa everything in them is looked for", async () => {
    const [, text] = SETTINGS_AND_COMMENTS[3]!;
    expect((await redactedFields({ text }, "hipaa"))["text"]).not.toContain("https://docs.example.com");
  });
});

describe("settings and comments lose what is about somebody", () => {
  test.each([
    [
      '[package]\nname = "rose"\nversion = "0.1.0"\nauthors = ["Rebecca Thornton <rt@acme-corp.com>"]\nmax-level = true',
      "Thornton",
    ],
    [
      "apiVersion: v2\nname: rose\nversion: 1.0.2\nmaintainers:\n  - name: Rebecca Thornton\n    email: rt@acme-corp.com\ntype: application\nkube-version: 1.2.3",
      "Thornton",
    ],
    ["replicas: 2\nimage: a/b:1.2\nrun-as: root\nadmin: Rebecca Thornton\nlog-level: debug", "Thornton"],
    ["host: db.example.com\nport: 5432\npool-size: 4\npassword: hunter2horse", "hunter2horse"],
    ["- name: Rebecca Thornton\n  age: 34\n  city: Boston\n- name: Lint Ansah\n  age: 41\n  city: Leeds", "Ansah"],
    ["patient_id: 4411\nfirst_name: Kwabena\nlast_name: Adjei\nward: B2\nadmitted: true\nbed: 12", "Kwabena"],
    ["Name: Lint Ansah\nWard: B2\nAdmitted: yes\nBed: 12", "Ansah"],
    ["From: Rebecca Thornton\nTo: Gareth Pugh\nSubject: bill\nX-Id: 12", "Thornton"],
    ["/*\n * Written by Rebecca Thornton, 2019\n */", "Thornton"],
    ["=head1 CREDITS\n\nRebecca Thornton\n\n=cut", "Thornton"],
    ["# Rebecca Thornton\n\n# Notes\n\nShe lives in Springfield.", "Springfield"],
  ])("%j loses %s", async (text, name) => {
    expect(await redacted(text)).not.toContain(name);
  });
});

describe("code that no fence marks keeps its identifiers", () => {
  test.each(CODE)("%s: %j", async (_language, code) => {
    expect(await redacted(code)).toBe(code);
    expect(await redacted(`Here is how to do it:\n\n${code}\n\nAsk me if anything is unclear.`)).toContain(code);
  });
});

describe("what is about somebody goes out of such code, and of text around it", () => {
  test.each([
    ["# Author: Rebecca Thornton\nclass Array\n  def sorted?\n    true\n  end\nend", "Thornton"],
    ["rose <- c(1, 2)\nmail(rose, 'jane.roe@acme-corp.com')", "jane.roe"],
    ["<p>Rebecca Thornton called about the bill.</p>\n<p>She lives in Springfield.</p>", "Thornton"],
    ["<ul>\n<li>Rebecca Thornton</li>\n<li>Gareth Pugh</li>\n</ul>", "Thornton"],
    ["| Name | City |\n|---|---|\n| Rebecca Thornton | Springfield |\n| Mary | Springfield |", "Mary"],
    ["Mary spent 5 x $6 = $<<5*6=30>>30 on drinks.\nTom has 3 + 4 = <<3+4=7>>7 hats.\nSo Tom won.", "Mary"],
    ["x <- 5\nprint(x)\n\nRegards,\nMary Smith", "Smith"],
    ["Night : Day :: Mary Smith : Tom Brown", "Smith"],
    ["Rebecca -> Thornton -> Pugh\nGareth Pugh => Rebecca Thornton", "Gareth"],
  ])("%j loses %s", async (text, name) => {
    expect(await redacted(text)).not.toContain(name);
  });
});

/** Snippets of one to three lines without a fence; their capitalised identifiers are names of people. */
const SNIPPETS: readonly string[] = [
  "class Hugo extends Victor",
  "class Hugo extends Victor {\n  private Taylor taylor;\n  Jordan jordan() { return new Jordan(); }\n}",
  "Victor hugo = new Victor();\nMary.Smith.load();",
  "data Taylor = Taylor Int | Maria String",
  "instance Marcus Taylor where\n  victor (Taylor n) = n",
  "freshRef :: Wilson (Nguyen Smith)",
  "import qualified Emma.Charlotte as Lucas",
  "newtype Victor = Victor Int",
  "  | Adam\n  deriving (Taylor, Murphy)",
  "defmodule Victor.Hugo do\n  alias Taylor.Jordan\nend",
  "alias Taylor.Jordan",
  "case class Victor(hugo: Int) extends Taylor with Jordan",
  "object Maria extends App",
  "class Victor < Hugo\n  include Taylor\nend",
  "rescue Lucas => e",
  "from Taylor import Jordan",
  "import Marcus",
  "SRCS = john.c mary.c\nmary: mary.c\n\tcc -o mary mary.c",
  "mary.o: mary.c mary.h",
  "-module(victor).\nhugo(Mary) -> Mary ! {hello, self()}.",
  '(defn victor [mary] (println "hi" mary))',
  "module Victor = struct\n  type hugo = Mary of int | Jordan\nend",
  "struct Maria: Codable { let jordan: Jordan }",
  "CREATE TABLE Taylor (Jordan INT, Victor TEXT);",
  "if (Garcia.Larsen)\n{\n    Garcia.Emma = 0;\n}",
  "graceToHtml opts rose (Ann.Cell (spec :| _) _num cell) =",
  '[Emma(Kim = "Remove this")]\npublic static Rossi? Rossi<Adam>(this Adam reader)',
  "    .Hugo()\n    .Walker(Lewis.Marcus);",
  "#define Lucas 1",
];

test("identifiers of short snippets stay although they are names", async () => {
  const changed = [];
  for (const code of SNIPPETS) if ((await redacted(code)) !== code) changed.push([code, await redacted(code)]);
  expect(changed).toEqual([]);
});

test.each([
  ["Mary Smith wrote this:\n\nclass Hugo extends Victor {}", "<PERSON> wrote this:\n\nclass Hugo extends Victor {}"],
  ["import os\nprint(os.name)\n\nThanks, Mary Smith called.", "import os\nprint(os.name)\n\nThanks, <PERSON> called."],
  ["class Mary attends with John Smith.", "class <PERSON> attends with <PERSON>."],
  ["include Mary Smith and John Brown", "include <PERSON> and <PERSON>"],
  ["module: Mary Smith", "module: <PERSON>"],
  ["Open Hugo.java, then call Mary Smith.", "Open Hugo.java, then call <PERSON>."],
])("names in the prose next to code go: %j", async (text, wanted) => {
  expect(await redacted(text)).toBe(wanted);
});

test("a long word after a keyword of declarations is read in linear time", async () => {
  for (const sign of ["§", ".", "€"]) {
    const line = `data ${"a".repeat(120)} ${"b_".repeat(60)}${sign}`;
    expect(await redacted(line)).toBe(line);
  }
});
