/** Named entities that are common in texts. @source HTML Living Standard, named character references */
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

/** LaTeX commands that only change the style of letters; they are removed. */
const LAYOUT = new Set(
  "frac dfrac tfrac cfrac left right big bigg text textbf textit textrm mathrm mathbf mathit mathbb mathcal mathsf operatorname displaystyle textstyle limits quad qquad hspace boxed phantom overline bar hat vec begin end label".split(
    " ",
  ),
);

/** LaTeX commands with an equivalent character, and the Greek letters. */
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

/**
 * Commands that begin with n, r or t. In any other word, such a letter after a backslash is read as an escaped line
 * break or tab followed by a word.
 */
const COMMANDS = new Set(
  "nu nabla neg not notin nmid ni newline rho rangle rm rfloor rceil rvert ref tan tanh tau theta tilde triangle therefore top".split(
    " ",
  ),
);

/** The character that a LaTeX command stands for; a space for layout commands; undefined for other commands. */
export function commandSign(name: string): string | undefined {
  const small = name.toLowerCase();
  return LAYOUT.has(small) ? " " : SIGNS.get(small);
}

/** True for a LaTeX command that could be read as an escaped line break or tab. */
export function isCommand(name: string): boolean {
  return COMMANDS.has(name);
}

/** Single Greek letters, as LaTeX names them. */
export const GREEK: ReadonlyMap<string, string> = new Map(
  [
    ..."alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho".split(" "),
    ..."sigma sigma tau upsilon phi chi psi omega".split(" "),
  ].map((name, index) => [String.fromCharCode(0x3b1 + index), name]),
);
