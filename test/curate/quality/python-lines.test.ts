import { expect, test } from "vitest";

import { lineProblem } from "../../../src/curate/quality/python-lines.ts";

test("lines of Python that CPython 3.11 refuses are found by their number", () => {
  // What CPython says of each: IndentationError, SyntaxError: unterminated string literal, 'return' outside function.
  const broken: [code: string, line: number][] = [
    ["def f(x):\n    y = x\n  return y", 3],
    ["x = 1\n  y = 2", 2],
    ["if x:\n\ta()\n  \n\n    b()", 5],
    ["print('a\nprint(1)", 1],
    ["def f():\n    return 1\nfor x in y:\n    g(x)\n    return x", 5],
    ["def f():\n\treturn 1\n        return 2", 3],
    ["if a:\n        if b:\n\tc()", 3],
    ["def f(a,\n  b):\n    pass\n  # more\n   g()", 5],
  ];
  for (const [code, line] of broken) expect(lineProblem(code), code).toEqual({ line, isPartial: false });
});

test("lines that it takes are left alone: brackets, strings and comments of any indentation, blocks of any width", () => {
  const whole = [
    "def f(x):\n    return (x +\n1)\n",
    'def f():\n    """\n  text\n\'\n    """\n    return 1',
    "def f():\n\tif a:\n\t\tb()\n\treturn 2\n",
    "if a:\n\tb()\nelse:\n        c()\n",
    "if a:\n\tx = [\n        1]\n\tb()\n",
    "if a:\n  b()\nelse:\n        c()\n",
    "x = {\n'a': 1,\n        'b': 2}\ny = 1",
    "x = 1 + \\\n        2\ny = 'it\\'s'\n",
    "class A:\n\n    # above\n  # further out\n    def f(self): return 1\n    @x\n    async def g(self):\n        return 2\n",
    "def f():\n    if a: return 1\n    return 2\n\nf()",
    "  x = 1\n  y = 2",
    "f = lambda x: x\nprint('#', \"a'b\")  # it's fine",
    "",
  ];
  for (const code of whole) expect(lineProblem(code), code).toBeUndefined();
});

test("a return without any function is a part of something", () => {
  expect(lineProblem("total = 1\nreturn total")).toEqual({ line: 2, isPartial: true });
});
