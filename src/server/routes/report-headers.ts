/** A report is a separate page: it runs nothing, loads nothing, and only our pages may frame it. */
export const REPORT_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
  "x-content-type-options": "nosniff",
  "cache-control": "no-cache",
};
