import { z } from "zod";
import { registries } from "../../catalog/registries.ts";
import {
  answerPatience,
  type Environment,
  isSafeAddress,
  isThisMachine,
  unsafeAddress,
  withoutSlash,
} from "../api-access.ts";
import { OperationFault } from "../fault.ts";

/** How to reach the registries of images. */
export interface RegistryAccess {
  /** A registry that stands for all of them; names there begin with the host of the one that is meant. */
  mirror?: string | undefined;
  /** `user:token` of a registry; none asks as nobody, as for public images. */
  credentialsOf: (host: string) => string | undefined;
  /** Milliseconds that one answer may take. @default - 15 seconds */
  timeout?: number;
  /** Waits for so many milliseconds. @default - a timer */
  wait?: (milliseconds: number) => Promise<unknown>;
}

/** What a registry says of a manifest; status 0 where it says nothing. */
export interface Answer {
  status: number;
  bytes: Uint8Array;
  /** Seconds that it asks for. */
  after: number;
  /** Its own word for what is wrong, `DENIED`. */
  code: string | undefined;
}

const patience = 15_000;
/** A manifest may have 4 MiB (OCI distribution specification 1.1, "Pushing Manifests"). */
const mostBytes = 4 * 1024 * 1024;

/**
 * The registries by the environment: `REGISTRY_CREDENTIALS` (`user:token`), else the token of the platform that keeps
 * the images; `REGISTRY_URL` for one that stands for all of them.
 */
export function registryAccess(environment: Environment): RegistryAccess {
  const mirror = environment["REGISTRY_URL"] || undefined;
  if (mirror !== undefined && !isSafeAddress(mirror)) throw new OperationFault(unsafeAddress("REGISTRY_URL"));
  const given = environment["REGISTRY_CREDENTIALS"];
  if (given !== undefined && given !== "" && !/^[\x21-\x39\x3b-\x7e]+:[\x21-\x7e]+$/.test(given))
    throw new OperationFault("REGISTRY_CREDENTIALS must be user:token, in one word");
  const ofPlatform: Readonly<Record<string, string | undefined>> = {
    [registries.ghcr.host]: environment["GITHUB_TOKEN"],
    [registries.docr.host]: environment["DIGITALOCEAN_TOKEN"] || environment["DIGITALOCEAN_ACCESS_TOKEN"],
  };
  return {
    ...answerPatience(environment),
    mirror: mirror === undefined ? undefined : withoutSlash(mirror),
    credentialsOf: (host) => {
      // DigitalOcean's registry knows its own tokens only.
      if (given && host !== registries.docr.host) return given;
      const token = ofPlatform[host];
      return token ? `${host === registries.docr.host ? token : "slipway"}:${token}` : undefined;
    },
  };
}

/** Asks for a manifest once, with a token for it where the registry wants one. */
export async function ask(
  access: RegistryAccess,
  image: string,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const [, host = "", repository = ""] = /^([^/]+)\/(.+)$/.exec(image) ?? [];
  const api = Object.values(registries).find((one) => one.host === host)?.api ?? host;
  const name = access.mirror === undefined ? repository : `${host}/${repository}`;
  const url = `${access.mirror ?? `https://${api}`}/v2/${name}/manifests/${reference}`;
  const first = await get(access, url, { accept: manifestTypes }, signal);
  const challenge = first.status === 401 ? challengeOf(first.challenge, new URL(url)) : undefined;
  if (challenge === undefined) return first;
  const credentials = access.credentialsOf(host);
  let token = await tokenBy(access, challenge, credentials, signal);
  // A token without rights to packages sees less than nobody does.
  if (!("token" in token) && credentials !== undefined && [401, 403].includes(token.status))
    token = await tokenBy(access, challenge, undefined, signal);
  if (!("token" in token)) return token;
  return await get(access, url, { accept: manifestTypes, authorization: `Bearer ${token.token}` }, signal);
}

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Where a registry sends who has no token. Credentials go to no other owner's host, and only by https. */
function challengeOf(header: string, registry: URL): URL | undefined {
  if (!/^bearer /i.test(header)) return undefined;
  const fields = Object.fromEntries(
    [...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name.toLowerCase(), value]),
  );
  const realm = URL.parse(fields["realm"] ?? "");
  const ownerOf = ({ hostname }: URL): string => hostname.split(".").slice(-2).join(".");
  const isOwn =
    realm !== null &&
    (isThisMachine(registry.hostname)
      ? realm.origin === registry.origin
      : realm.protocol === "https:" && ownerOf(realm) === ownerOf(registry));
  if (!isOwn)
    throw new OperationFault(`${registry.host} sends for a token to an address that is not its own`);
  for (const name of ["service", "scope"])
    if (fields[name] !== undefined) realm.searchParams.set(name, fields[name]);
  return realm;
}

const Token = z.union([z.object({ token: z.string() }), z.object({ access_token: z.string() })]);

async function tokenBy(
  access: RegistryAccess,
  realm: URL,
  credentials: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Answer | { token: string }> {
  const authorization =
    credentials === undefined
      ? {}
      : { authorization: `Basic ${Buffer.from(credentials, "utf8").toString("base64")}` };
  const answer = await get(access, realm.href, { accept: "application/json", ...authorization }, signal);
  if (answer.status !== 200) return answer;
  const body = Token.safeParse(parsed(answer.bytes));
  // An answer that is none is as good as a refusal.
  if (!body.success) return { ...answer, status: 401 };
  return { token: "token" in body.data ? body.data.token : body.data.access_token };
}

async function get(
  { timeout = patience }: RegistryAccess,
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Answer & { challenge: string }> {
  const late = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(url, {
      headers,
      redirect: "error",
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    });
    const bytes = await beginning(response);
    return {
      status: response.status,
      bytes,
      after: Number(response.headers.get("retry-after")) || 0,
      code: response.ok ? undefined : codeOf(bytes),
      challenge: response.headers.get("www-authenticate") ?? "",
    };
  } catch {
    signal?.throwIfAborted();
    return { status: 0, bytes: new Uint8Array(), after: 0, code: undefined, challenge: "" };
  }
}

async function beginning(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    bytes += part.byteLength;
    if (bytes > mostBytes) break;
  }
  return Buffer.concat(parts).subarray(0, mostBytes);
}

const Errors = z.object({ errors: z.array(z.object({ code: z.string() })).min(1) });

function codeOf(bytes: Uint8Array): string | undefined {
  const body = Errors.safeParse(parsed(bytes));
  return body.success ? body.data.errors[0]?.code.slice(0, 40) : undefined;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return undefined;
  }
}
