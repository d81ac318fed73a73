import type { ReactNode } from "react";

/** Outlines in a square of sixteen units. */
const SHAPES = {
  programme: "M2.5 4.5h11M2.5 8h7M2.5 11.5h9",
  runs: "M2 12.5c3 0 3-9 6-9s3 6 6 6",
  models: "M8 2l5.5 3v6L8 14l-5.5-3V5zM2.5 5L8 8l5.5-3M8 8v6",
  training: "M5 3.5v9l7-4.5z",
  evaluations: "M2 13.500h12M3.500 10.500V7M8 10.500V2.500M12.500 10.500V5M2 7h3M6.500 2.500h3M11 5h3",
  money:
    "M8 2v12M11 4.7C10.4 3.9 9.300 3.500 8 3.500c-1.700 0-3 .8-3 2.100 0 3 6.200 1.500 6.200 4.600 0 1.400-1.400 2.300-3.200 2.300-1.500 0-2.700-.5-3.300-1.400",
  watch:
    "M1.500 8S4 3.500 8 3.500 14.500 8 14.500 8 12 12.500 8 12.500 1.500 8 1.500 8zM8 6.200a1.800 1.800 0 100 3.600 1.800 1.800 0 000-3.600z",
  comply: "M8 1.800l5 2v4c0 3.200-2.100 5.400-5 6.400-2.900-1-5-3.200-5-6.400v-4zM5.800 8l1.600 1.600 2.900-3.100",
  audit: "M7 2.500a4.500 4.500 0 100 9 4.500 4.500 0 000-9zM10.300 10.300l3.500 3.500M5 7l1.500 1.500L9 5.700",
  import: "M8 2v7.500M5 6.700l3 3 3-3M2.500 11.500v2h11v-2",
  check: "M3 8.500l3.200 3L13 4.500",
  file: "M4 1.800h5l3 3v9.400H4zM9 1.800v3h3",
  folder: "M1.800 4h4.500l1.400 1.600h6.500v7H1.800z",
  columns: "M2.500 3h11v10h-11zM6.200 3v10M9.800 3v10",
  groups: "M2.500 3.500h6M5.500 6.500h8M2.500 9.500h6M5.500 12.500h8",
  edit: "M10.500 3l2.500 2.500L6 12.500l-3 .5.5-3z",
  more: "M3.500 8h.01M8 8h.01M12.500 8h.01",
  close: "M4 4l8 8M12 4l-8 8",
  brand: "M2 12.500c3 0 3-9 6-9s3 9 6 9",
} as const;

/** Name of a shape. */
export type IconName = keyof typeof SHAPES;

/** A small outline before a word with the same meaning; screen readers skip it. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }): ReactNode {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === "brand" ? 2.4 : 1.4}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      style={{ flex: "none" }}
    >
      <path d={SHAPES[name]} />
    </svg>
  );
}
