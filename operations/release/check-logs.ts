import { z } from "zod";
import { call } from "./calls.ts";
import { type Check, fine, retried, type Target, wrong } from "./check.ts";

const Logs = z.object({ live_url: z.string().optional(), historic_urls: z.array(z.string()).default([]) });
const mostLogBytes = 4 * 1024 * 1024;

/** The log of one component, or why there is none. */
type ComponentLog = { component: string; text: string } | { component: string; missing: string };

/** Counts lines of errors that components wrote since their deployment. A log that nobody could read proves nothing. */
export async function logCheck(target: Target): Promise<Check> {
  const name = "logs";
  const { active, verify } = target;
  if (active === undefined) return wrong(name, "no deployment is live");
  const components = [...active.spec.services, ...active.spec.workers].map((part) => part.name);
  let logs: ComponentLog[] = [];
  const read = await retried(target, async () => {
    logs = await Promise.all(components.map((component) => logOf(target, component)));
    const missing = logs.flatMap((log) => ("missing" in log ? [`${log.component} (${log.missing})`] : []));
    return missing.length === 0 ? fine(name, "") : wrong(name, `not to be had: ${missing.join(", ")}`);
  });
  if (!read.isOk && !verify.logs.mayBeMissing) return read;
  const { words, most } = verify.logs;
  const found = logs.flatMap((log) => {
    const lines = "text" in log ? log.text.split("\n") : [];
    const count = lines.filter((line) => words.some((word) => line.includes(word))).length;
    return count === 0 ? [] : [{ component: log.component, count }];
  });
  const count = found.reduce((sum, one) => sum + one.count, 0);
  const where = found.map((one) => `${one.component} ${one.count}`).join(", ");
  if (count > most) return wrong(name, `${count} lines of errors, at most ${most} are borne: ${where}`);
  const said =
    count === 0 ? "no line of an error" : `${count} lines of errors (${where}), at most ${most} are borne`;
  return fine(name, read.isOk ? said : `${said}; ${read.detail}`);
}

async function logOf({ context, app, live, verify }: Target, component: string): Promise<ComponentLog> {
  const path = `/v2/apps/${app.id}/deployments/${live.deployment}/components/${component}/logs?type=RUN&follow=false`;
  const { live_url: url, historic_urls: older } = await call(context.platform, path, Logs, context);
  const addresses = [...new Set([...older, ...(url === undefined ? [] : [url])])];
  if (addresses.length === 0) return { component, missing: "the platform names none" };
  const texts = await Promise.all(
    addresses.map((one) => logText(one, verify.timeoutSeconds, context.signal)),
  );
  const [fault] = texts.flatMap((one) => ("fault" in one ? [one.fault] : []));
  return fault === undefined
    ? { component, text: texts.map((one) => ("text" in one ? one.text : "")).join("\n") }
    : { component, missing: fault };
}

/** The text of a log. Its address is signed: it gets no token. */
async function logText(
  url: string,
  timeoutSeconds: number,
  signal: AbortSignal | undefined,
): Promise<{ text: string } | { fault: string }> {
  const parsed = URL.parse(url);
  const isLocal =
    parsed?.protocol === "http:" && /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(parsed.hostname);
  if (parsed === null || !(parsed.protocol === "https:" || isLocal))
    return { fault: "its address is not one of https" };
  const late = AbortSignal.timeout(timeoutSeconds * 1000);
  try {
    const response = await fetch(url, {
      redirect: "error",
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    });
    if (!response.ok) return { fault: `its address answered ${response.status}` };
    const text: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of response.body ?? []) {
      text.push(part);
      bytes += part.byteLength;
      if (bytes > mostLogBytes) break;
    }
    return { text: Buffer.concat(text).toString("utf8") };
  } catch {
    signal?.throwIfAborted();
    return { fault: "its address did not answer" };
  }
}
