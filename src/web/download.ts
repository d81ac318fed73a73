/** Offers a text as a file. */
export function download(name: string, text: string, type = "text/csv"): void {
  downloadBlob(name, new Blob([text], { type }));
}

/** Offers bytes as a file. */
export function downloadBlob(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
