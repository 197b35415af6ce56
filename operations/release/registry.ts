import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { OperationFault } from "../fault.ts";
import { PlatformRefusal } from "./calls.ts";
import { type Answer, ask, type RegistryAccess } from "./registry-ask.ts";

/** An image as its registry has it. */
export interface FoundImage {
  /** Of its manifest, or of the index of its manifests. */
  digest: string;
  /** The systems that an index has it for, `linux/amd64`; of a single manifest nobody says without its layers. */
  platforms: string[] | undefined;
}

const Manifest = z.object({
  mediaType: z.string().optional(),
  manifests: z
    .array(z.object({ platform: z.object({ os: z.string(), architecture: z.string() }).optional() }))
    .optional(),
});

const tries = 5;
const longestWait = 60_000;

/**
 * Looks an image up by its tag or digest. No package does this alone: those that do bring the pulling of layers along.
 *
 * @param image - with its registry, `ghcr.io/acme/shop-api`
 * @returns undefined where the registry says that it does not have it
 * @throws OperationFault where it does not let us look, goes on failing or does not answer
 */
export async function findImage(
  access: RegistryAccess,
  image: string,
  reference: string,
  signal?: AbortSignal,
): Promise<FoundImage | undefined> {
  const what = reference.includes(":") ? `${image}@${reference}` : `${image}:${reference}`;
  const wait = access.wait ?? ((time: number) => pause(time, undefined, { signal }));
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    const answer = await ask(access, image, reference, signal);
    if (answer.status === 200) return found(what, reference, answer.bytes);
    if (answer.status === 404) return undefined;
    const later = answer.status === 429 || answer.status === 0 || answer.status >= 500;
    if (!later || attempt === tries) throw refusal(what, answer);
    await wait(Math.min(answer.after > 0 ? answer.after * 1000 : 500 * 2 ** attempt, longestWait));
  }
}

/** The digest is counted and not believed: it is what the bytes are, whatever the registry calls them. */
function found(what: string, reference: string, bytes: Uint8Array): FoundImage {
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  if (reference.includes(":") && reference !== digest)
    throw new OperationFault(`${what} is answered with other bytes than its digest says: ${digest}`);
  const manifest = Manifest.safeParse(json(bytes));
  if (!manifest.success) throw new OperationFault(`${what} is answered in a form that is not known`);
  const platforms = manifest.data.manifests?.flatMap(({ platform }) =>
    // What signs and describes an image stands beside it as of no system.
    platform === undefined || platform.os === "unknown" ? [] : [`${platform.os}/${platform.architecture}`],
  );
  return { digest, platforms };
}

function json(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}

function refusal(what: string, { status, code }: Answer): PlatformRefusal {
  if (status === 0)
    return new PlatformRefusal(
      `${what} could not be looked up: its registry did not answer, check the network`,
      0,
    );
  const words: Readonly<Record<number, string>> = {
    401: "who asks is not known there: set REGISTRY_CREDENTIALS to user:token with the right to read packages",
    403: "who asks may not read it: set REGISTRY_CREDENTIALS to user:token with the right to read packages",
    429: "too many requests: run it again later, or set REGISTRY_CREDENTIALS to user:token",
  };
  const said = words[status] ?? code;
  return new PlatformRefusal(
    `${what} could not be looked up: its registry answered ${status}${said === undefined ? "" : `: ${said}`}`,
    status,
  );
}
