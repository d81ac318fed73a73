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
