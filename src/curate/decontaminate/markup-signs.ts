/** Named entities that texts are full of. @source HTML Living Standard, named character references */
export const ENTITIES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    nbsp: " ",
    ensp: " ",
    emsp: " ",
    thinsp: " ",
    shy: "",
    ndash: "–",
    mdash: "—",
    hellip: "…",
    lsquo: "‘",
    rsquo: "’",
    ldquo: "“",
    rdquo: "”",
    laquo: "«",
    raquo: "»",
    bull: "•",
    middot: "·",
    times: "×",
    divide: "÷",
    minus: "−",
    plusmn: "±",
    deg: "°",
    le: "≤",
    ge: "≥",
    ne: "≠",
    infin: "∞",
    pi: "π",
    theta: "θ",
    alpha: "α",
    beta: "β",
    gamma: "γ",
    delta: "δ",
    sum: "∑",
    radic: "√",
    frac12: "1/2",
    eacute: "é",
    egrave: "è",
    agrave: "à",
    ccedil: "ç",
    ntilde: "ñ",
    auml: "ä",
    ouml: "ö",
    uuml: "ü",
    Auml: "Ä",
    Ouml: "Ö",
    Uuml: "Ü",
    szlig: "ß",
    oacute: "ó",
    iacute: "í",
    aacute: "á",
    uacute: "ú",
  }),
);

/** Commands of LaTeX that only set letters in another way: nothing is left of them. */
const LAYOUT = new Set(
  "frac dfrac tfrac cfrac left right big bigg text textbf textit textrm mathrm mathbf mathit mathbb mathcal mathsf operatorname displaystyle textstyle limits quad qquad hspace boxed phantom overline bar hat vec begin end label".split(
    " ",
  ),
);

/** Commands that people type as a sign, and the letters of Greek by their signs. */
const SIGNS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    cdot: "*",
    times: "*",
    div: "/",
    pm: "±",
    le: "<=",
    leq: "<=",
    ge: ">=",
    geq: ">=",
    ne: "!=",
    neq: "!=",
    lt: "<",
    gt: ">",
    ldots: "...",
    dots: "...",
    cdots: "...",
    infty: "∞",
    circ: "°",
    degree: "°",
    to: "→",
    rightarrow: "→",
  }),
);

/** Commands that begin with n, r or t: after a backslash other words with such a letter are an end of a line and a word. */
const COMMANDS = new Set(
  "nu nabla neg not notin nmid ni newline rho rangle rm rfloor rceil rvert ref tan tanh tau theta tilde triangle therefore top".split(
    " ",
  ),
);

/** The sign that a command of LaTeX is typed as without it, a space for one of layout; undefined for others. */
export function commandSign(name: string): string | undefined {
  const small = name.toLowerCase();
  return LAYOUT.has(small) ? " " : SIGNS.get(small);
}

/** True for a command of LaTeX that could be read as an escaped end of a line or tabulator. */
export function isCommand(name: string): boolean {
  return COMMANDS.has(name);
}

/** Letters of Greek that stand alone, as LaTeX names them. */
export const GREEK: ReadonlyMap<string, string> = new Map(
  [
    ..."alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho".split(" "),
    ..."sigma sigma tau upsilon phi chi psi omega".split(" "),
  ].map((name, index) => [String.fromCharCode(0x3b1 + index), name]),
);
