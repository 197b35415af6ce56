import type { Properties } from "../resource.ts";

/** The provider's configuration with everything decided that the environment or a default decides. */
export interface Settings {
  readonly token: string;
  /** Where REST paths start, ending in a slash. */
  readonly restUrl: string;
  /** Left out when it has to be asked for with the token. */
  readonly owner?: string;
  /** Pause after a read or a write before the next request, in milliseconds. */
  readonly readDelayMs: number;
  readonly writeDelayMs: number;
  readonly retryDelayMs: number;
  readonly maxRetries: number;
  readonly retryableErrors: readonly number[];
  readonly parallelRequests: boolean;
}

/** The engine hands configuration over as text, and what is not text as JSON in a text. */
function plain(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function atLeastZero(config: Properties, name: string, otherwise: number): number {
  const value = config[name] === undefined ? otherwise : plain(config[name]);
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
    throw new Error(`github:${name} must be a whole number of at least 0`);
  }
  return value;
}

/**
 * Where the REST API is. Any host but GitHub's own is an Enterprise Server, whose API is below `api/v3`, and may be
 * reached without TLS.
 */
export function restUrl(baseUrl: string): string {
  if (!URL.canParse(baseUrl))
    throw new Error("github:baseUrl must be absolute, for example https://api.github.com/");
  const url = new URL(baseUrl);
  const path = url.pathname.endsWith("/") ? url.pathname : `${url.pathname}/`;
  const isCloud = /^(api\.)?github\.com$|\.ghe\.com$/.test(url.hostname);
  if (!isCloud) return `${url.origin}${path.replace(/api\/v3\/$/, "")}api/v3/`;
  if (url.protocol !== "https:") {
    throw new Error("github:baseUrl for github.com or ghe.com must use the https scheme");
  }
  if (path !== "/")
    throw new Error(`github:baseUrl for github.com or ghe.com must not contain a path, got ${path}`);
  return `https://${url.host.startsWith("api.") ? url.host : `api.${url.host}`}/`;
}

/** Reads the configuration as the published provider does, or throws with what it lacks. */
export function readProviderSettings(
  config: Properties,
  environment: Readonly<Record<string, string | undefined>>,
): Settings {
  if (config.appAuth !== undefined) {
    throw new Error(
      "github:appAuth is only known to the published plugin: set github:token, or run with --plugins",
    );
  }
  const token = text(config.token) ?? text(environment.GITHUB_TOKEN);
  if (token === undefined) throw new Error("github:token must be set, or GITHUB_TOKEN in the environment");
  // The environment beats the setting: the published provider's own order.
  const owner =
    text(config.organization) ??
    text(environment.GITHUB_ORGANIZATION) ??
    text(environment.GITHUB_OWNER) ??
    text(config.owner);
  const retryable = plain(config.retryableErrors) ?? [500, 502, 503, 504];
  if (!Array.isArray(retryable) || !retryable.every((status) => typeof status === "number")) {
    throw new Error("github:retryableErrors must be a list of integers");
  }
  const baseUrl = text(config.baseUrl) ?? text(environment.GITHUB_BASE_URL) ?? "https://api.github.com/";
  return {
    token,
    restUrl: restUrl(baseUrl),
    ...(owner === undefined ? {} : { owner }),
    readDelayMs: atLeastZero(config, "readDelayMs", 0),
    writeDelayMs: atLeastZero(config, "writeDelayMs", 1000),
    retryDelayMs: atLeastZero(config, "retryDelayMs", 1000),
    maxRetries: atLeastZero(config, "maxRetries", 3),
    retryableErrors: retryable,
    parallelRequests: plain(config.parallelRequests) === true,
  };
}
