import type { NamedCurve } from "../../curves/curve-data.ts";
import { tokenColour } from "../../theme.ts";
import { CURVE_COLOURS } from "./chart-options.ts";

/** Height of a line of text, CSS pixels. */
const LINE = 18;

/** A chart as a picture: its title and what it hides above, its legend below, on the colour of the page. */
export async function chartPicture(
  chart: HTMLCanvasElement,
  { title, note, curves }: { title: string; note: string | undefined; curves: readonly NamedCurve[] },
): Promise<Blob | null> {
  const scale = devicePixelRatio;
  const named = curves.length > 1 ? curves : [];
  const picture = document.createElement("canvas");
  picture.width = chart.width;
  picture.height = chart.height + LINE * scale * (named.length + 1.5);
  const pen = picture.getContext("2d")!;
  pen.fillStyle = tokenColour("--paper");
  pen.fillRect(0, 0, picture.width, picture.height);
  pen.drawImage(chart, 0, LINE * scale * 1.2);
  pen.scale(scale, scale);
  pen.textBaseline = "middle";
  pen.fillStyle = tokenColour("--ink");
  pen.font = "600 13px system-ui";
  pen.fillText(note === undefined ? title : `${title} (${note})`, 10, LINE * 0.7);
  pen.font = "12px system-ui";
  for (const [index, { name, place }] of named.entries()) {
    const y = chart.height / scale + LINE * (index + 1.7);
    pen.fillStyle = tokenColour(`--curve-${(place % CURVE_COLOURS) + 1}`);
    pen.fillRect(10, y - 1, 16, 2);
    pen.fillStyle = tokenColour("--ink");
    pen.fillText(name, 32, y);
  }
  return new Promise((resolve) => {
    picture.toBlob(resolve, "image/png");
  });
}
