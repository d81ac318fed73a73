import nodemailer from "nodemailer";

/** A mail in plain text. */
export type Mail = { from: string; to: string; subject: string; text: string };

/** Timeout of each step of the SMTP session, ms. */
const TIMEOUT_MS = 10_000;

/**
 * Sends a mail over SMTP.
 *
 * @param smtpUrl  `smtp://user:password@host:port`, or `smtps://`
 * @throws Error of the connection or of the server's refusal
 */
export async function sendMail(smtpUrl: string, mail: Mail): Promise<void> {
  const { protocol, hostname, port, username, password } = new URL(smtpUrl);
  const isSecure = protocol === "smtps:";
  const transport = nodemailer.createTransport({
    host: hostname,
    port: port === "" ? (isSecure ? 465 : 587) : Number(port),
    secure: isSecure,
    ...(username === "" ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // A budget's name must not be able to include a file or a URL.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail(mail);
  } finally {
    transport.close();
  }
}
