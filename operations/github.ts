import { setTimeout as pause } from "node:timers/promises";
import { request } from "@octokit/request";
import { RequestError } from "@octokit/request-error";
import { apiAccess, type Environment } from "./api-access.ts";
import { OperationFault } from "./fault.ts";

/** How to reach GitHub's API. */
export interface GitHubAccess {
  /** Without a slash at its end. */
  endpoint: string;
  token: string;
  /** Milliseconds that one answer may take. @default - 15 seconds */
  timeout?: number;
  /** Waits for so many milliseconds. @default - a timer */
  wait?: (milliseconds: number) => Promise<unknown>;
  /** Ends work between two requests: one that was sent is waited for. */
  signal?: Pick<AbortSignal, "throwIfAborted"> | undefined;
}

/** A pull request by its number. */
export interface PullRequestName {
  owner: string;
  repo: string;
  number: number;
}

const patience = 15_000;
const tries = 5;
const longestWait = 60_000;

/**
 * Where the API is and with which token, by the environment: `GITHUB_TOKEN`, and `GITHUB_API_URL` for another GitHub. A
 * token leaves this machine by https only.
 *
 * @throws OperationFault when there is no token, or the address is none to send one to
 */
export const gitHubAccess = (environment: Environment): GitHubAccess =>
  apiAccess(environment, {
    address: ["GITHUB_API_URL", "https://api.github.com"],
    tokens: ["GITHUB_TOKEN"],
    howToGet: "a workflow has it as secrets.GITHUB_TOKEN",
  });

/** Reads `acme/shop#12`; undefined where it is something else. */
export function pullRequestOf(text: string): PullRequestName | undefined {
  const [, owner, repo, number] = /^([\w-]{1,100})\/([\w.-]{1,100})#([1-9]\d{0,9})$/.exec(text) ?? [];
  if (owner === undefined || repo === undefined || number === undefined) return undefined;
  return { owner, repo, number: Number(number) };
}

/** Sends one request, once. */
export type Ask = (
  route: string,
  parameters?: Readonly<Record<string, unknown>>,
) => Promise<{ status: number; data: unknown }>;

/**
 * Does work that asks GitHub, and all of it again where GitHub says later, fails by itself or gives no answer. Work that
 * creates something must look first whether it is there: an answer that got lost may have been a yes.
 *
 * @throws OperationFault when GitHub refuses, or goes on failing
 */
export async function withGitHub<T>(access: GitHubAccess, work: (ask: Ask) => Promise<T>): Promise<T> {
  const { signal } = access;
  // GitHub may ask for a minute, for which nobody waits who has asked for the end.
  const options = signal instanceof AbortSignal ? { signal } : {};
  const wait = access.wait ?? ((milliseconds: number) => pause(milliseconds, undefined, options));
  for (let attempt = 1; ; attempt += 1)
    try {
      return await work(askOf(access));
    } catch (error) {
      const later = error instanceof Refusal ? error.later(attempt) : undefined;
      if (!(error instanceof Refusal)) throw error;
      if (later === undefined || attempt === tries) throw new OperationFault(error.message, { cause: error });
      await wait(later);
    }
}

/** GitHub's own words for what cannot be done, as one line. */
function said({ status, response }: RequestError): string {
  const message = (response?.data as { message?: unknown } | undefined)?.message;
  if (status < 400 || status >= 500 || typeof message !== "string") return "";
  const [first = ""] = message.split(/[\r\n]/);
  return `: ${first.replaceAll(/\p{Cc}/gu, "").slice(0, 200)}`;
}

/** An answer that is no yes. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** 0 where there was no answer. */
  readonly status: number;
  private readonly headers: Readonly<Record<string, string | number | undefined>>;

  constructor(what: string, error: RequestError) {
    const isAnswer = error.response !== undefined;
    const wanted = error.response?.headers["x-accepted-github-permissions"];
    const advice: Readonly<Record<number, string>> = {
      401: ": the token is wrong or has expired",
      403: `: the token lacks a permission, ${wanted ?? "pull-requests: write"}`,
      404: ": it is not there, or the token may not see it",
    };
    const text = isAnswer
      ? `answered ${error.status}${advice[error.status] ?? said(error)}`
      : "was not answered";
    super(`${what} ${text}`, { cause: error });
    this.status = isAnswer ? error.status : 0;
    this.headers = error.response?.headers ?? {};
  }

  /** Milliseconds until it is worth another try; undefined where it never is. */
  later(attempt: number): number | undefined {
    const after = Number(this.headers["retry-after"]);
    const isLimited =
      this.status === 429 ||
      (this.status === 403 && (after > 0 || String(this.headers["x-ratelimit-remaining"]) === "0"));
    if (!isLimited && this.status !== 0 && this.status < 500) return undefined;
    return Math.min(after > 0 ? after * 1000 : 500 * 2 ** attempt, longestWait);
  }
}

function askOf({ endpoint, token, timeout = patience, signal }: GitHubAccess): Ask {
  const send = request.defaults({
    baseUrl: endpoint,
    headers: { authorization: `Bearer ${token}`, "x-github-api-version": "2022-11-28" },
  });
  return async (route, parameters = {}) => {
    signal?.throwIfAborted();
    try {
      return await send(route, { ...parameters, request: { signal: AbortSignal.timeout(timeout) } });
    } catch (error) {
      // Octokit lets the end of its patience through as it is.
      const isLate = error instanceof DOMException || (error instanceof Error && error.name === "AbortError");
      if (isLate)
        throw new Refusal(
          filled(route, parameters),
          new RequestError("late", 500, { request: send.endpoint(route, parameters) }),
        );
      if (error instanceof RequestError) throw new Refusal(filled(route, parameters), error);
      throw error;
    }
  };
}

/** A route with the names that it was asked with, as a person knows it. */
export const filled = (route: string, parameters: Readonly<Record<string, unknown>>): string =>
  route.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
